namespace Audio.Orleans.Contracts.Streams;

/// <summary>What a stream is. What only its owner sees is null for others.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Genre">Its genre.</param>
/// <param name="Description">Its description.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">Whether it is relayed.</param>
/// <param name="CreatedAt">When it was registered, UTC.</param>
/// <param name="UpdatedAt">When it was changed last, UTC.</param>
/// <param name="SourceUrl">The server; owner only.</param>
/// <param name="Mount">The mount; owner only.</param>
/// <param name="RelayToken">What a relay outside presents with its heartbeats; owner only.</param>
/// <param name="MetadataCharset">What the source writes its titles in; owner only, null where nobody said so.</param>
/// <param name="Revision">Rises with each change that its owner makes.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.details")]
public sealed record StreamDetails(
    [property: Id(0)] Guid StreamId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Name,
    [property: Id(3)] string Genre,
    [property: Id(4)] string Description,
    [property: Id(5)] StreamVisibility Visibility,
    [property: Id(6)] bool Monetized,
    [property: Id(7)] bool Enabled,
    [property: Id(8)] DateTimeOffset CreatedAt,
    [property: Id(9)] DateTimeOffset UpdatedAt,
    [property: Id(10)] string? SourceUrl,
    [property: Id(11)] string? Mount,
    [property: Id(12)] string? RelayToken,
    [property: Id(14)] string? MetadataCharset,
    [property: Id(13)] long Revision)
{
    /// <summary>Keeps the token out of logs.</summary>
    public override string ToString() => $"StreamDetails {StreamId:D}";
}
