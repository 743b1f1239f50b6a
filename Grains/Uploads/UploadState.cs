using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Media;

namespace AudioOrleans.Grains.Uploads;

/// <summary>The stored state of an upload. Replaced as a whole by each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.uploads.state")]
public sealed record UploadState : ICoveredState<UploadState>
{
    /// <summary>The owner's account.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>The sender's name for it; may be empty.</summary>
    [Id(1)] public string FileName { get; init; } = "";

    /// <summary>Its state.</summary>
    [Id(2)] public UploadStatus Status { get; init; }

    /// <summary>Its size, or the maximum while it is being received; the received size while its length is deferred.</summary>
    [Id(3)] public long SizeBytes { get; init; }

    /// <summary>Its format, as a file extension; empty until it has been received.</summary>
    [Id(4)] public string Format { get; init; } = "";

    /// <summary>The SHA-256 hash of its bytes, hexadecimal.</summary>
    [Id(5)] public string? Sha256 { get; init; }

    /// <summary>Additional AAC bit rates, in kbit/s.</summary>
    [Id(6)] public ImmutableArray<int> RenditionsKbps { get; init; } = [];

    /// <summary>The target loudness, in LUFS; null leaves it unchanged.</summary>
    [Id(7)] public double? TargetLufs { get; init; }

    /// <summary>When it was started, UTC.</summary>
    [Id(8)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the upload expires, UTC; null once it has been received.</summary>
    [Id(9)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The parts in the store, in order, while it is being received.</summary>
    [Id(10)] public ImmutableArray<Guid> Parts { get; init; } = [];

    /// <summary>How many bytes are in the store while it is being received.</summary>
    [Id(11)] public long Offset { get; init; }

    /// <summary>The job that prepares it; null until it has been received.</summary>
    [Id(12)] public Guid? PreparationJob { get; init; }

    /// <summary>The job that measures it; null before it is prepared.</summary>
    [Id(13)] public Guid? AnalysisJob { get; init; }

    /// <summary>The prepared audio; null before it is ready.</summary>
    [Id(14)] public MediaAsset? Prepared { get; init; }

    /// <summary>Whether it was measured.</summary>
    [Id(15)] public bool IsAnalysed { get; init; }

    /// <summary>Its loudness, in LUFS; null for silence, and before it was measured.</summary>
    [Id(16)] public double? LoudnessLufs { get; init; }

    /// <summary>Why it failed, as a sentence.</summary>
    [Id(17)] public string? ErrorMessage { get; init; }

    /// <summary>An older upload of the account with the same bytes.</summary>
    [Id(18)] public Guid? DuplicateOf { get; init; }

    /// <summary>When it became ready or failed, UTC.</summary>
    [Id(19)] public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Whether it may be sent in several requests.</summary>
    [Id(20)] public bool IsResumable { get; init; }

    /// <summary>The object key of the file as sent; empty until it has been received.</summary>
    [Id(21)] public string OriginalKey { get; init; } = "";

    /// <summary>The sender's metadata from its creation (tus <c>Upload-Metadata</c>); null for none.</summary>
    [Id(22)] public string? Metadata { get; init; }

    /// <summary>Its role in a concatenation; null for none.</summary>
    [Id(23)] public UploadConcat? Concat { get; init; }

    /// <summary>Whether its length is still deferred.</summary>
    [Id(24)] public bool IsLengthDeferred { get; init; }

    /// <summary>Its cover, as its owner sent it; the one in the file is part of <see cref="Prepared"/>.</summary>
    [Id(25)] public CoverState Cover { get; init; } = CoverState.None;

    /// <inheritdoc/>
    public bool HasCovers() => CoverRules.HasObjects(Cover);

    /// <inheritdoc/>
    public CoverDetails? FindCover(Guid? episodeId, DateTimeOffset now) => episodeId is null && Status != UploadStatus.Receiving
        ? new CoverDetails(OwnerId, Visibility.Private, Monetized: false, Invitations.None, IsPublished: true, Cover)
        : null;

    /// <inheritdoc/>
    public UploadState WithCover(Guid? episodeId, CoverState cover, DateTimeOffset? changedAt) => this with { Cover = cover };
}
