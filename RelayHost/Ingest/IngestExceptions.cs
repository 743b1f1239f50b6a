namespace AudioOrleans.RelayHost.Ingest;

/// <summary>A file is not taken. The message is a sentence for whoever sent it.</summary>
/// <param name="reason">A stable word.</param>
/// <param name="message">The sentence.</param>
public sealed class FileRefusedException(string reason, string message) : Exception(message)
{
    /// <summary>A stable word: <c>empty</c>, <c>not_audio</c>, <c>tags_too_large</c> or <c>infected</c>.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A file is longer than may be.</summary>
/// <param name="maxBytes">How long it may be.</param>
public sealed class FileTooLargeException(long maxBytes) : Exception($"The file is longer than {maxBytes} bytes.")
{
    /// <summary>How long it may be, in bytes.</summary>
    public long MaxBytes { get; } = maxBytes;
}

/// <summary>Another request has brought the same file at the same time.</summary>
public sealed class FileRacedException() : Exception("Another request has brought the file at the same time.");

/// <summary>Files cannot be scanned now, so none are taken. Trying again later may help.</summary>
public sealed class ScannerUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
