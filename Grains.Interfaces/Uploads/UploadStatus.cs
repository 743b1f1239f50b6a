namespace Audio.Orleans.Contracts.Uploads;

/// <summary>Where an upload stands.</summary>
public enum UploadStatus
{
    /// <summary>Its bytes are still coming; nobody but its sender knows of it.</summary>
    Receiving,

    /// <summary>Its bytes are there and are being prepared.</summary>
    Processing,

    /// <summary>It can be heard.</summary>
    Ready,

    /// <summary>It cannot be used.</summary>
    Failed,
}
