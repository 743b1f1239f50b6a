namespace Audio.Orleans.Contracts.Streams;

/// <summary>A stream in a list.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Genre">Its genre.</param>
/// <param name="Description">Its description.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">Whether it is relayed.</param>
/// <param name="CreatedAt">When it was registered, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.list-item")]
public sealed record StreamListItem(
    [property: Id(0)] Guid StreamId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Name,
    [property: Id(3)] string Genre,
    [property: Id(4)] string Description,
    [property: Id(5)] StreamVisibility Visibility,
    [property: Id(6)] bool Monetized,
    [property: Id(7)] bool Enabled,
    [property: Id(8)] DateTimeOffset CreatedAt);
