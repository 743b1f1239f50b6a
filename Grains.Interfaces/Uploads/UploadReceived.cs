namespace Audio.Orleans.Contracts.Uploads;

/// <summary>All bytes of an upload are in the store and were looked at.</summary>
/// <param name="Format">What they are by their content: the extension of such files, such as <c>mp3</c>.</param>
/// <param name="SizeBytes">How many.</param>
/// <param name="Sha256">Their hash, hexadecimal.</param>
/// <param name="Key">The object with them.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.received")]
public sealed record UploadReceived(
    [property: Id(0)] string Format, [property: Id(1)] long SizeBytes, [property: Id(2)] string Sha256, [property: Id(3)] string Key);
