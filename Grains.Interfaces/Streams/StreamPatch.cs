namespace Audio.Orleans.Contracts.Streams;

/// <summary>Changes to a stream; null leaves a field as it is.</summary>
/// <param name="Name">See <see cref="RegisterStream"/>.</param>
/// <param name="SourceUrl">Another source; it is probed first.</param>
/// <param name="Mount">Another mount; it is probed first.</param>
/// <param name="StreamKey">Another password; an empty one removes it.</param>
/// <param name="Genre">A genre.</param>
/// <param name="Description">A description.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">False stops the relay and lets its listeners go; true starts it.</param>
/// <param name="MetadataCharset">See <see cref="RegisterStream"/>; an empty one removes it.</param>
/// <param name="ExpectedRevision">Change it only if this is its revision; null: whatever it is.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.patch")]
public sealed record StreamPatch(
    [property: Id(0)] string? Name,
    [property: Id(1)] string? SourceUrl,
    [property: Id(2)] string? Mount,
    [property: Id(3)] string? StreamKey,
    [property: Id(4)] string? Genre,
    [property: Id(5)] string? Description,
    [property: Id(6)] StreamVisibility? Visibility,
    [property: Id(7)] bool? Monetized,
    [property: Id(8)] bool? Enabled,
    [property: Id(10)] string? MetadataCharset = null,
    [property: Id(9)] long? ExpectedRevision = null)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => "StreamPatch";
}
