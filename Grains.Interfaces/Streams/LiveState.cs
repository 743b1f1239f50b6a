namespace Audio.Orleans.Contracts.Streams;

/// <summary>Where a live stream stands.</summary>
public enum LiveState
{
    /// <summary>The source is being connected to for the first time.</summary>
    Connecting,

    /// <summary>Audio flows.</summary>
    Live,

    /// <summary>The source failed and is tried again.</summary>
    Retrying,

    /// <summary>The source has failed for five minutes; it is still tried, slowly.</summary>
    Offline,

    /// <summary>The owner switched the stream off.</summary>
    Disabled,
}
