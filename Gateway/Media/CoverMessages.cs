using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Gateway.Media;

/// <summary>How far a cover is.</summary>
public enum CoverStatus
{
    /// <summary>The pictures of a new file are being made; until then the cover stays.</summary>
    Processing,

    /// <summary>The cover is that of the last file.</summary>
    Ready,

    /// <summary>The last file could not be used; the cover stays.</summary>
    Failed,
}

/// <summary>The response about a cover.</summary>
/// <param name="Status">How far the last file is.</param>
/// <param name="Reason">Why it could not be used, as a stable code; null otherwise.</param>
/// <param name="ErrorMessage">The same as a sentence; null otherwise.</param>
/// <param name="CoverUrl">The cover, a JPEG of 600 pixels; null for none.</param>
/// <param name="Covers">The cover in all sizes; empty for none.</param>
public sealed record CoverResponse(CoverStatus Status, string? Reason, string? ErrorMessage, string? CoverUrl, IReadOnlyList<CoverPicture> Covers)
{
    /// <summary>Maps the state that the grain returns.</summary>
    public static CoverResponse From(string path, CoverState state, PublicAddress address) => new(
        state.Pending is not null ? CoverStatus.Processing : state.Problem is not null ? CoverStatus.Failed : CoverStatus.Ready,
        state.Problem?.Reason, state.Problem?.Message, CoverPicture.UrlOf(path, state.Current, address), CoverPicture.Of(path, state.Current, address));
}

/// <summary>A cover in one size.</summary>
/// <param name="Size">The size: 150, 600 or 3000.</param>
/// <param name="Pixels">The edge of the picture, in pixels: less than the size if the file was smaller.</param>
/// <param name="Jpg">The picture as JPEG.</param>
/// <param name="Webp">The picture as WebP.</param>
public sealed record CoverPicture(int Size, int Pixels, string Jpg, string Webp)
{
    private const int Usual = 600;

    /// <summary>The pictures of a cover; none if there is no cover.</summary>
    public static IReadOnlyList<CoverPicture> Of(string path, Cover? cover, PublicAddress address) => cover is null ? [] :
    [
        .. CoverPictures.Sizes.Select(size => new CoverPicture(
            size, Math.Min(size, cover.Pixels),
            CoverKeys.Address(address.Of(path), CoverPictures.NameOf(size, isWebP: false), cover), CoverKeys.Address(address.Of(path), CoverPictures.NameOf(size, isWebP: true), cover))),
    ];

    /// <summary>The picture for most uses; null if there is no cover.</summary>
    public static string? UrlOf(string path, Cover? cover, PublicAddress address) =>
        cover is null ? null : CoverKeys.Address(address.Of(path), CoverPictures.NameOf(Usual, isWebP: false), cover);
}

/// <summary>The paths of what has a cover.</summary>
public static class CoverPaths
{
    /// <summary>A stream.</summary>
    public static string Stream(Guid streamId) => $"/v1/streams/{streamId:D}";

    /// <summary>A playlist.</summary>
    public static string Playlist(Guid playlistId) => $"/v1/playlists/{playlistId:D}";

    /// <summary>A podcast.</summary>
    public static string Podcast(Guid podcastId) => $"/v1/podcasts/{podcastId:D}";

    /// <summary>An episode.</summary>
    public static string Episode(Guid podcastId, Guid episodeId) => $"{Podcast(podcastId)}/episodes/{episodeId:D}";

    /// <summary>An upload.</summary>
    public static string Upload(Guid uploadId) => $"/v1/uploads/audio/{uploadId:D}";
}
