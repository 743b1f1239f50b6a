namespace Audio.Orleans.Contracts.Uploads;

/// <summary>A wish to upload a file.</summary>
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
