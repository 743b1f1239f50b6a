using System.Text.Json.Serialization;

namespace AudioOrleans.Grains.Interfaces.Uploads;

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

/// <summary>A request to upload a file.</summary>
/// <param name="OwnerId">The sender's account.</param>
/// <param name="FileName">What the sender calls it; may be empty.</param>
/// <param name="Length">How long it is, in bytes; the most that is taken where the sender does not say; 0 while it is deferred.</param>
/// <param name="RenditionsKbps">AAC qualities wanted beside the source's, in kbit/s.</param>
/// <param name="TargetLufs">The loudness to bring it to, in LUFS; null leaves it.</param>
/// <param name="IsResumable">Whether its bytes may come in several requests (tus).</param>
/// <param name="Metadata">What its sender wants to read again of it (tus <c>Upload-Metadata</c>); null for none.</param>
/// <param name="Concat">What part it takes in a concatenation; null for none.</param>
/// <param name="IsLengthDeferred">Whether its length will be told later (tus <c>Upload-Defer-Length</c>): until then it takes as much room as has come.</param>
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

/// <summary>What part an upload takes in a concatenation (tus extension concatenation).</summary>
/// <param name="Header">What its sender said (tus <c>Upload-Concat</c>).</param>
/// <param name="Partials">The partial uploads that a final one is made of, in order; empty for a partial one.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.concat")]
public sealed record UploadConcat([property: Id(0)] string Header, [property: Id(1)] ImmutableArray<Guid> Partials)
{
    /// <summary>Whether it is a partial upload, which becomes no file by itself.</summary>
    [JsonIgnore]
    public bool IsPartial => Partials.IsEmpty;
}

/// <summary>How far an upload whose bytes are coming has come.</summary>
/// <param name="OwnerId">The sender's account.</param>
/// <param name="Offset">How many bytes are in the store.</param>
/// <param name="Length">How many there will be; while that is deferred, how many there may be.</param>
/// <param name="Parts">The parts in the store, in order.</param>
/// <param name="ExpiresAt">Until when they must have come, UTC.</param>
/// <param name="IsComplete">Whether the upload has been taken.</param>
/// <param name="Metadata">What its sender told of it when it began; null for nothing.</param>
/// <param name="Concat">What part it takes in a concatenation; null for none.</param>
/// <param name="IsLengthDeferred">Whether its length is yet to be told.</param>
/// <param name="QuotaLeft">The account has no room for what was to be written down, which was not: how many bytes the upload may have; null when there was.</param>
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
    /// <summary>Whether it is a partial upload, which becomes no file by itself.</summary>
    public bool IsPartial => Concat is { IsPartial: true };

    /// <summary>Whether it is made of partial uploads, and takes no bytes of its own.</summary>
    public bool IsFinal => Concat is { IsPartial: false };

    /// <summary>Whether all its bytes are in the store.</summary>
    public bool HasAllBytes => !IsLengthDeferred && Offset == Length;
}

/// <summary>All bytes of an upload are in the store and were looked at.</summary>
/// <param name="Format">What they are by their content: the extension of such files, such as <c>mp3</c>.</param>
/// <param name="SizeBytes">How many.</param>
/// <param name="Sha256">Their hash, hexadecimal.</param>
/// <param name="Key">The object with them.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.received")]
public sealed record UploadReceived(
    [property: Id(0)] string Format, [property: Id(1)] long SizeBytes, [property: Id(2)] string Sha256, [property: Id(3)] string Key);

/// <summary>How a request to upload ended.</summary>
/// <param name="Problems">It is invalid: field name and what was expected; empty when it is not.</param>
/// <param name="QuotaLeft">There is no room for it in the account: how many bytes are left; null when there is.</param>
/// <param name="ExpiresAt">It was begun: until when its bytes must have come, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.outcome")]
public sealed record UploadOutcome(
    [property: Id(0)] ImmutableArray<FieldProblem> Problems, [property: Id(1)] long? QuotaLeft, [property: Id(2)] DateTimeOffset? ExpiresAt);

/// <summary>An upload as its owner sees it.</summary>
/// <param name="UploadId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="FileName">What its sender called it; may be empty.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Progress">How far its preparation is, in percent.</param>
/// <param name="Format">What it is: the extension of such files.</param>
/// <param name="SizeBytes">How long the file is.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Artist">Its artist; null for none.</param>
/// <param name="Album">Its album; null for none.</param>
/// <param name="Duration">How long it plays; null before that is known.</param>
/// <param name="BitsPerSecond">Its rate; null before that is known.</param>
/// <param name="LoudnessLufs">How loud it is, in LUFS (EBU R 128); null before it was measured, and for silence.</param>
/// <param name="HasArt">Whether there is a cover.</param>
/// <param name="HasWaveform">Whether there is a waveform.</param>
/// <param name="ErrorMessage">Why it failed, as a sentence.</param>
/// <param name="DuplicateOf">An older upload of the same account with the same bytes; null for none.</param>
/// <param name="CreatedAt">When it was begun, UTC.</param>
/// <param name="CompletedAt">When it became ready or failed, UTC.</param>
/// <param name="Warning">What is wrong with the file, though it can be heard, as a sentence; null for nothing.</param>
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
    [property: Id(19)] string? Warning);

/// <summary>Where an upload's files lie in the store.</summary>
/// <param name="OwnerId">Its owner, who may have them.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="OriginalKey">The file as it was sent.</param>
/// <param name="Mp3Key">The same as MP3; null before it is ready.</param>
/// <param name="PlaylistKey">Its media playlist; null before it is ready.</param>
/// <param name="HasArt">Whether there is a cover.</param>
/// <param name="HasWaveform">Whether there is a waveform.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.media")]
public sealed record UploadMedia(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] UploadStatus Status,
    [property: Id(2)] string OriginalKey,
    [property: Id(3)] string? Mp3Key,
    [property: Id(4)] string? PlaylistKey,
    [property: Id(5)] bool HasArt,
    [property: Id(6)] bool HasWaveform);

/// <summary>What a job is to do for an upload.</summary>
/// <param name="Prefix">Begins the keys of all of its objects.</param>
/// <param name="SourceKey">The file to work on.</param>
/// <param name="Format">What it is: the extension of such files.</param>
/// <param name="RenditionsKbps">AAC qualities wanted, in kbit/s.</param>
/// <param name="TargetLufs">The loudness to bring it to, in LUFS; null leaves it.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.work")]
public sealed record UploadWork(
    [property: Id(0)] string Prefix,
    [property: Id(1)] string SourceKey,
    [property: Id(2)] string Format,
    [property: Id(3)] ImmutableArray<int> RenditionsKbps,
    [property: Id(4)] double? TargetLufs);
