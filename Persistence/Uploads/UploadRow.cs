namespace AudioOrleans.Persistence.Uploads;

/// <summary>An upload in the table <c>uploads</c>.</summary>
public sealed record UploadRow
{
    /// <summary>The upload.</summary>
    public required Guid UploadId { get; init; }

    /// <summary>Its owner's account.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>The sender's name for it; may be empty.</summary>
    public required string FileName { get; init; }

    /// <summary><c>receiving</c>, <c>processing</c>, <c>ready</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Its format, as a file extension; empty until it has been received.</summary>
    public required string Format { get; init; }

    /// <summary>Its size, or the maximum while it is being received, in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The SHA-256 hash of its bytes, hexadecimal; null until it has been received.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its title.</summary>
    public string? Title { get; init; }

    /// <summary>Its artist.</summary>
    public string? Artist { get; init; }

    /// <summary>Its album.</summary>
    public string? Album { get; init; }

    /// <summary>Its duration, in milliseconds.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Its bit rate.</summary>
    public int? BitsPerSecond { get; init; }

    /// <summary>Its loudness, in LUFS.</summary>
    public double? LoudnessLufs { get; init; }

    /// <summary>Whether it has cover art.</summary>
    public bool HasArt { get; init; }

    /// <summary>Whether it has a waveform.</summary>
    public bool HasWaveform { get; init; }

    /// <summary>Why it failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>A problem with the file that does not prevent playback, as a sentence.</summary>
    public string? Warning { get; init; }

    /// <summary>An older upload of the account with the same bytes.</summary>
    public Guid? DuplicateOf { get; init; }

    /// <summary>When it was started, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it became ready or failed, UTC.</summary>
    public DateTime? CompletedAt { get; init; }

    /// <summary>When the upload expires, UTC; null once it has been received.</summary>
    public DateTime? ExpiresAt { get; init; }
}
