namespace AudioOrleans.RelayHost.Ingest;

/// <summary>A file was refused. The message is a sentence for the uploader.</summary>
/// <param name="reason">A stable code.</param>
/// <param name="message">The sentence.</param>
public sealed class FileRefusedException(string reason, string message) : Exception(message)
{
    /// <summary>A stable code: <c>empty</c>, <c>not_audio</c>, <c>tags_too_large</c> or <c>infected</c>.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A file exceeds its maximum size.</summary>
/// <param name="maxBytes">The maximum size, in bytes.</param>
public sealed class FileTooLargeException(long maxBytes) : Exception($"The file is longer than {maxBytes} bytes.")
{
    /// <summary>The maximum size, in bytes.</summary>
    public long MaxBytes { get; } = maxBytes;
}

/// <summary>Another request has sent the same file at the same time.</summary>
public sealed class FileRacedException() : Exception("Another request has brought the file at the same time.");

/// <summary>Files cannot be scanned now, so none are accepted. A later retry may succeed.</summary>
public sealed class ScannerUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
