namespace Audio.Orleans.Contracts.Streams;

/// <summary>A DJ's wish to relay a source.</summary>
/// <param name="OwnerId">The DJ's account.</param>
/// <param name="Name">The station's name, 1 to 200 characters.</param>
/// <param name="SourceUrl">The server, http or https.</param>
/// <param name="Mount">The mount on it, such as <c>/live</c>; null when the URL names the audio itself.</param>
/// <param name="StreamKey">A password for the source; null for none.</param>
/// <param name="Genre">A genre; may be empty.</param>
/// <param name="Description">A description; may be empty.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="MetadataCharset">What the source writes its titles in, such as <c>windows-1251</c>; null for UTF-8, or Windows-1252 where they are none.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.register")]
public sealed record RegisterStream(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] string Name,
    [property: Id(2)] string SourceUrl,
    [property: Id(3)] string? Mount,
    [property: Id(4)] string? StreamKey,
    [property: Id(5)] string Genre,
    [property: Id(6)] string Description,
    [property: Id(7)] StreamVisibility Visibility,
    [property: Id(8)] bool Monetized,
    [property: Id(9)] string? MetadataCharset = null)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => $"RegisterStream {Name}";
}
