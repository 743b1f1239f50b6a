namespace Audio.Orleans.Contracts.Uploads;

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
