using System.Text.Json.Serialization;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>The state of an upload.</summary>
public enum UploadStatus
{
    /// <summary>It is still being received; only its sender can see it.</summary>
    Receiving,

    /// <summary>It has been received and is being prepared.</summary>
    Processing,

    /// <summary>It can be played.</summary>
    Ready,

    /// <summary>It cannot be used.</summary>
    Failed,
}

/// <summary>A request to upload a file.</summary>
/// <param name="OwnerId">The sender's account.</param>
/// <param name="FileName">The sender's name for it; may be empty.</param>
/// <param name="Length">Its length in bytes; the maximum if the sender gives none; 0 while it is deferred.</param>
/// <param name="RenditionsKbps">Additional AAC bit rates, in kbit/s.</param>
/// <param name="TargetLufs">The target loudness, in LUFS; null leaves it unchanged.</param>
/// <param name="IsResumable">Whether it may be sent in several requests (tus).</param>
/// <param name="Metadata">The sender's metadata, returned unchanged (tus <c>Upload-Metadata</c>); null for none.</param>
/// <param name="Concat">Its role in a concatenation; null for none.</param>
/// <param name="IsLengthDeferred">Whether its length is sent later (tus <c>Upload-Defer-Length</c>); until then, only received bytes use quota.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.begin")]
public sealed record BeginUpload(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] string FileName,
    [property: Id(2)] long Length,
    [property: Id(3)] ImmutableArray<int> RenditionsKbps,
    [property: Id(4)] double? TargetLufs,
    [property: Id(5)] bool IsResumable,
    [property: Id(6)] string? Metadata = null,
    [property: Id(7)] UploadConcat? Concat = null,
    [property: Id(8)] bool IsLengthDeferred = false);

/// <summary>The role of an upload in a concatenation (tus extension concatenation).</summary>
/// <param name="Header">The header as received (tus <c>Upload-Concat</c>).</param>
/// <param name="Partials">The partial uploads that a final one consists of, in order; empty for a partial one.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.concat")]
public sealed record UploadConcat([property: Id(0)] string Header, [property: Id(1)] ImmutableArray<Guid> Partials)
{
    /// <summary>Whether it is a partial upload, which does not become a file by itself.</summary>
    [JsonIgnore]
    public bool IsPartial => Partials.IsEmpty;
}

/// <summary>The progress of an upload that is being received.</summary>
/// <param name="OwnerId">The sender's account.</param>
/// <param name="Offset">How many bytes are in the store.</param>
/// <param name="Length">The final length in bytes; while it is deferred, the maximum.</param>
/// <param name="Parts">The parts in the store, in order.</param>
/// <param name="ExpiresAt">When the upload expires, UTC.</param>
/// <param name="IsComplete">Whether the upload has been accepted.</param>
/// <param name="Metadata">The sender's metadata from its creation; null for none.</param>
/// <param name="Concat">Its role in a concatenation; null for none.</param>
/// <param name="IsLengthDeferred">Whether its length is still deferred.</param>
/// <param name="QuotaLeft">Set if the account's quota is exceeded and nothing was recorded: how many bytes the upload may have.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.arrival")]
public sealed record UploadArrival(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] long Offset,
    [property: Id(2)] long Length,
    [property: Id(3)] ImmutableArray<Guid> Parts,
    [property: Id(4)] DateTimeOffset ExpiresAt,
    [property: Id(5)] bool IsComplete,
    [property: Id(6)] string? Metadata = null,
    [property: Id(7)] UploadConcat? Concat = null,
    [property: Id(8)] bool IsLengthDeferred = false,
    [property: Id(9)] long? QuotaLeft = null)
{
    /// <summary>Whether it is a partial upload, which does not become a file by itself.</summary>
    public bool IsPartial => Concat is { IsPartial: true };

    /// <summary>Whether it concatenates partial uploads, and accepts no bytes of its own.</summary>
    public bool IsFinal => Concat is { IsPartial: false };

    /// <summary>Whether all its bytes are in the store.</summary>
    public bool HasAllBytes => !IsLengthDeferred && Offset == Length;
}

/// <summary>A received upload: all bytes are in the store and were examined.</summary>
/// <param name="Format">The format detected from the content, as a file extension such as <c>mp3</c>.</param>
/// <param name="SizeBytes">The size in bytes.</param>
/// <param name="Sha256">The SHA-256 hash, hexadecimal.</param>
/// <param name="Key">The object's key.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.received")]
public sealed record UploadReceived(
    [property: Id(0)] string Format, [property: Id(1)] long SizeBytes, [property: Id(2)] string Sha256, [property: Id(3)] string Key);

/// <summary>The result of a request to upload.</summary>
/// <param name="Problems">Validation problems: field name and what was expected; empty if there are none.</param>
/// <param name="QuotaLeft">Set if the account's quota is exceeded: how many bytes are left.</param>
/// <param name="ExpiresAt">Success: when the upload expires, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.outcome")]
public sealed record UploadOutcome(
    [property: Id(0)] ImmutableArray<FieldProblem> Problems, [property: Id(1)] long? QuotaLeft, [property: Id(2)] DateTimeOffset? ExpiresAt);

/// <summary>An upload as its owner sees it.</summary>
/// <param name="UploadId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="FileName">The sender's name for it; may be empty.</param>
/// <param name="Status">Its state.</param>
/// <param name="Progress">The progress of its preparation, in percent.</param>
/// <param name="Format">Its format, as a file extension.</param>
/// <param name="SizeBytes">The file's size in bytes.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Artist">Its artist; null for none.</param>
/// <param name="Album">Its album; null for none.</param>
/// <param name="Duration">Its duration; null until known.</param>
/// <param name="BitsPerSecond">Its bit rate; null until known.</param>
/// <param name="LoudnessLufs">Its loudness, in LUFS (EBU R 128); null until measured, and for silence.</param>
/// <param name="HasArt">Whether it has cover art.</param>
/// <param name="HasWaveform">Whether it has a waveform.</param>
/// <param name="ErrorMessage">Why it failed, as a sentence.</param>
/// <param name="DuplicateOf">An older upload of the same account with the same bytes; null for none.</param>
/// <param name="CreatedAt">When it was started, UTC.</param>
/// <param name="CompletedAt">When it became ready or failed, UTC.</param>
/// <param name="Warning">A problem with the file that does not prevent playback, as a sentence; null if there is none.</param>
/// <param name="Cover">The cover that its owner sent; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.details")]
public sealed record UploadDetails(
    [property: Id(0)] Guid UploadId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string FileName,
    [property: Id(3)] UploadStatus Status,
    [property: Id(4)] int Progress,
    [property: Id(5)] string Format,
    [property: Id(6)] long SizeBytes,
    [property: Id(7)] string? Title,
    [property: Id(8)] string? Artist,
    [property: Id(9)] string? Album,
    [property: Id(10)] TimeSpan? Duration,
    [property: Id(11)] int? BitsPerSecond,
    [property: Id(12)] double? LoudnessLufs,
    [property: Id(13)] bool HasArt,
    [property: Id(14)] bool HasWaveform,
    [property: Id(15)] string? ErrorMessage,
    [property: Id(16)] Guid? DuplicateOf,
    [property: Id(17)] DateTimeOffset CreatedAt,
    [property: Id(18)] DateTimeOffset? CompletedAt,
    [property: Id(19)] string? Warning,
    [property: Id(20)] Cover? Cover = null);

/// <summary>The object keys of an upload's files.</summary>
/// <param name="OwnerId">Its owner, who may read them.</param>
/// <param name="Status">Its state.</param>
/// <param name="OriginalKey">The file as it was sent.</param>
/// <param name="Mp3Key">The same audio as MP3; null before it is ready.</param>
/// <param name="PlaylistKey">Its media playlist; null before it is ready.</param>
/// <param name="HasArt">Whether it has cover art.</param>
/// <param name="HasWaveform">Whether it has a waveform.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.media")]
public sealed record UploadMedia(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] UploadStatus Status,
    [property: Id(2)] string OriginalKey,
    [property: Id(3)] string? Mp3Key,
    [property: Id(4)] string? PlaylistKey,
    [property: Id(5)] bool HasArt,
    [property: Id(6)] bool HasWaveform);

/// <summary>What a job has to do for an upload.</summary>
/// <param name="Prefix">The key prefix of all of its objects.</param>
/// <param name="SourceKey">The key of the file to process.</param>
/// <param name="Format">Its format, as a file extension.</param>
/// <param name="RenditionsKbps">AAC bit rates to produce, in kbit/s.</param>
/// <param name="TargetLufs">The target loudness, in LUFS; null leaves it unchanged.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.work")]
public sealed record UploadWork(
    [property: Id(0)] string Prefix,
    [property: Id(1)] string SourceKey,
    [property: Id(2)] string Format,
    [property: Id(3)] ImmutableArray<int> RenditionsKbps,
    [property: Id(4)] double? TargetLufs);
