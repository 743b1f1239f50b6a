namespace AudioOrleans.Persistence.Uploads;

/// <summary>An upload in the table <c>uploads</c>.</summary>
public sealed record UploadRow
{
    /// <summary>The upload.</summary>
    public required Guid UploadId { get; init; }

    /// <summary>Its owner's account.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>What its sender called it; may be empty.</summary>
    public required string FileName { get; init; }

    /// <summary><c>receiving</c>, <c>processing</c>, <c>ready</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>What it is: the extension of such files; empty before its bytes are there.</summary>
    public required string Format { get; init; }

    /// <summary>How long it is, or may become while its bytes are coming.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The hash of its bytes, hexadecimal; null before they are there.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its title.</summary>
    public string? Title { get; init; }

    /// <summary>Its artist.</summary>
    public string? Artist { get; init; }

    /// <summary>Its album.</summary>
    public string? Album { get; init; }

    /// <summary>How long it plays, in milliseconds.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Its rate.</summary>
    public int? BitsPerSecond { get; init; }

    /// <summary>How loud it is, in LUFS.</summary>
    public double? LoudnessLufs { get; init; }

    /// <summary>Whether there is a cover.</summary>
    public bool HasArt { get; init; }

    /// <summary>Whether there is a waveform.</summary>
    public bool HasWaveform { get; init; }

    /// <summary>Why it failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>What is wrong with the file, though it can be heard, as a sentence.</summary>
    public string? Warning { get; init; }

    /// <summary>An older upload of the account with the same bytes.</summary>
    public Guid? DuplicateOf { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it became ready or failed, UTC.</summary>
    public DateTime? CompletedAt { get; init; }

    /// <summary>Until when its bytes must have come, UTC; null once they have.</summary>
    public DateTime? ExpiresAt { get; init; }
}
