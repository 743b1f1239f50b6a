namespace Audio.Orleans.RelayHost.OnDemand;

/// <summary>A file cannot be used, now or later. The message is a sentence for whoever sent it.</summary>
public sealed class UnusableAudioException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Nothing in it can be played.</summary>
    public static UnusableAudioException NoAudio() => new("The file holds no audio that can be played; it may be empty, cut off or damaged.");
}
