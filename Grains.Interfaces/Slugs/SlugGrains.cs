namespace AudioOrleans.Grains.Interfaces.Slugs;

/// <summary>What a slug names, or has named.</summary>
/// <param name="Id">The stream, playlist or podcast.</param>
/// <param name="Current">Its current slug: the same one, unless this is a former one.</param>
[GenerateSerializer, Immutable, Alias("audio.slugs.target")]
public sealed record SlugTarget([property: Id(0)] Guid Id, [property: Id(1)] string Current);

/// <summary>The slugs of streams, playlists and podcasts. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.slugs.ISlugsGrain")]
public interface ISlugsGrain : IGrainWithStringKey
{
    /// <summary>What a slug names, or has named; null if nothing.</summary>
    /// <param name="noun"><c>stream</c>, <c>playlist</c> or <c>podcast</c>.</param>
    /// <param name="slug">The slug.</param>
    [Alias("Find")]
    Task<SlugTarget?> Find(string noun, string slug);
}
