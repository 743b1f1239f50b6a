namespace Audio.Orleans.Contracts.Playlists;

/// <summary>Where a track comes from.</summary>
public enum TrackSourceType
{
    /// <summary>An upload of the playlist's owner.</summary>
    Upload,

    /// <summary>An address outside.</summary>
    External,
}

/// <summary>A track that somebody wants in a playlist.</summary>
/// <param name="TrackId">A track that is in it already, which stays as it is; null for a new one.</param>
/// <param name="SourceType">Where a new one comes from.</param>
/// <param name="UploadId">The upload, for <see cref="TrackSourceType.Upload"/>.</param>
/// <param name="Url">The address, for <see cref="TrackSourceType.External"/>.</param>
/// <param name="Title">What to call it; null for what its file says.</param>
/// <param name="Artist">Who plays it; null for what its file says.</param>
/// <param name="DurationSeconds">How long its sender believes it to be; what is measured counts.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-wish")]
public sealed record TrackWish(
    [property: Id(0)] Guid? TrackId,
    [property: Id(1)] TrackSourceType? SourceType,
    [property: Id(2)] Guid? UploadId,
    [property: Id(3)] string? Url,
    [property: Id(4)] string? Title,
    [property: Id(5)] string? Artist,
    [property: Id(6)] double? DurationSeconds)
{
    /// <summary>Keeps addresses, which may hold keys, out of logs.</summary>
    public override string ToString() => "TrackWish";
}
