using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Uploads;

namespace AudioOrleans.Grains.Uploads;

/// <summary>What is kept of an upload. Replaced as a whole with each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.uploads.state")]
public sealed record UploadState
{
    /// <summary>The owner's account.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>What its sender calls it; may be empty.</summary>
    [Id(1)] public string FileName { get; init; } = "";

    /// <summary>Where it stands.</summary>
    [Id(2)] public UploadStatus Status { get; init; }

    /// <summary>How long it is, or may become while its bytes are coming; as much as has come while its length is deferred.</summary>
    [Id(3)] public long SizeBytes { get; init; }

    /// <summary>What it is: the extension of such files; empty before its bytes are there.</summary>
    [Id(4)] public string Format { get; init; } = "";

    /// <summary>The hash of its bytes, hexadecimal.</summary>
    [Id(5)] public string? Sha256 { get; init; }

    /// <summary>AAC qualities wanted beside the source's, in kbit/s.</summary>
    [Id(6)] public ImmutableArray<int> RenditionsKbps { get; init; } = [];

    /// <summary>The loudness to bring it to, in LUFS; null leaves it.</summary>
    [Id(7)] public double? TargetLufs { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    [Id(8)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when its bytes must have come, UTC; null once they have.</summary>
    [Id(9)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The parts that are in the store, in order, while its bytes are coming.</summary>
    [Id(10)] public ImmutableArray<Guid> Parts { get; init; } = [];

    /// <summary>How many bytes are in the store while they are coming.</summary>
    [Id(11)] public long Offset { get; init; }

    /// <summary>The job that prepares it; null before its bytes are there.</summary>
    [Id(12)] public Guid? PreparationJob { get; init; }

    /// <summary>The job that measures it; null before it is prepared.</summary>
    [Id(13)] public Guid? AnalysisJob { get; init; }

    /// <summary>What became of the file; null before it is ready.</summary>
    [Id(14)] public MediaAsset? Prepared { get; init; }

    /// <summary>Whether it was measured.</summary>
    [Id(15)] public bool IsAnalysed { get; init; }

    /// <summary>How loud it is, in LUFS; null for silence, and before it was measured.</summary>
    [Id(16)] public double? LoudnessLufs { get; init; }

    /// <summary>Why it failed, as a sentence.</summary>
    [Id(17)] public string? ErrorMessage { get; init; }

    /// <summary>An older upload of the account with the same bytes.</summary>
    [Id(18)] public Guid? DuplicateOf { get; init; }

    /// <summary>When it became ready or failed, UTC.</summary>
    [Id(19)] public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Whether its bytes may come in several requests.</summary>
    [Id(20)] public bool IsResumable { get; init; }

    /// <summary>The object with the file as it was sent; empty before its bytes are there.</summary>
    [Id(21)] public string OriginalKey { get; init; } = "";

    /// <summary>What its sender told of it when it began (tus <c>Upload-Metadata</c>); null for nothing.</summary>
    [Id(22)] public string? Metadata { get; init; }

    /// <summary>What part it takes in a concatenation; null for none.</summary>
    [Id(23)] public UploadConcat? Concat { get; init; }

    /// <summary>Whether its length is yet to be told.</summary>
    [Id(24)] public bool IsLengthDeferred { get; init; }
}
