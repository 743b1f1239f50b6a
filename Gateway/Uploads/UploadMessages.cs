using System.Globalization;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces.Uploads;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>The response to <c>POST /v1/uploads/audio</c>.</summary>
/// <param name="UploadId">The new upload.</param>
/// <param name="StorageUrl">Where to download the file.</param>
/// <param name="HlsManifestUrl">Where its HLS playlist will be.</param>
/// <param name="Status">Always <c>processing</c>.</param>
/// <param name="DuplicateOf">An older upload of the account with identical bytes; null for none.</param>
public sealed record UploadCreated(Guid UploadId, string StorageUrl, string HlsManifestUrl, UploadStatus Status, Guid? DuplicateOf);

/// <summary>An upload.</summary>
/// <param name="UploadId">Its id.</param>
/// <param name="FileName">The name given by its sender; may be empty.</param>
/// <param name="Status"><c>processing</c>, <c>ready</c> or <c>failed</c>.</param>
/// <param name="Progress">The progress of its preparation, in percent.</param>
/// <param name="Format">The format detected from the content, as a file extension.</param>
/// <param name="SizeBytes">The size of the file in bytes.</param>
/// <param name="Title">The title in its tags; null for none.</param>
/// <param name="Artist">The artist in its tags; null for none.</param>
/// <param name="Album">The album in its tags; null for none.</param>
/// <param name="DurationSeconds">Its duration in seconds; null until it is known.</param>
/// <param name="Bitrate">Such as <c>128kbps</c>; null until it is known.</param>
/// <param name="LoudnessLufs">Its loudness in LUFS (EBU R 128); null until it is measured, some time after it is ready, and for silence.</param>
/// <param name="StorageUrl">Where to download the file.</param>
/// <param name="HlsManifestUrl">Its HLS playlist.</param>
/// <param name="WaveformUrl">Its waveform; null until it is generated.</param>
/// <param name="ArtUrl">The cover in the file; null for none.</param>
/// <param name="ErrorMessage">Why it failed; null otherwise.</param>
/// <param name="Warning">A defect of the file that does not prevent playback, such as truncation; null for none.</param>
/// <param name="DuplicateOf">An older upload of the account with identical bytes; null for none.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="CompletedAt">When it became ready or failed, UTC; null until then.</param>
/// <param name="CoverUrl">The cover that its owner sent, a JPEG of 600 pixels; null for none.</param>
/// <param name="Covers">The same in all sizes; empty for none.</param>
public sealed record UploadResponse(
    Guid UploadId, string FileName, UploadStatus Status, int Progress, string Format, long SizeBytes, string? Title, string? Artist, string? Album,
    double? DurationSeconds, string? Bitrate, double? LoudnessLufs, string StorageUrl, string HlsManifestUrl, string? WaveformUrl, string? ArtUrl,
    string? ErrorMessage, string? Warning, Guid? DuplicateOf, DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt, string? CoverUrl, IReadOnlyList<CoverPicture> Covers)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static UploadResponse From(UploadDetails upload, PublicAddress address)
    {
        var urls = UploadUrls.From(upload.UploadId, address);
        return new UploadResponse(
            upload.UploadId, upload.FileName, upload.Status, upload.Progress, upload.Format, upload.SizeBytes, upload.Title, upload.Artist, upload.Album,
            upload.Duration is { } duration ? Math.Round(duration.TotalSeconds, 3) : null,
            upload.BitsPerSecond is { } bits ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(bits / 1000.0)}kbps") : null,
            upload.LoudnessLufs, urls.Original, urls.Manifest, upload.HasWaveform ? urls.Waveform : null, upload.HasArt ? urls.Art : null,
            upload.ErrorMessage, upload.Warning, upload.DuplicateOf, upload.CreatedAt, upload.CompletedAt,
            CoverPicture.UrlOf(CoverPaths.Upload(upload.UploadId), upload.Cover, address), CoverPicture.Of(CoverPaths.Upload(upload.UploadId), upload.Cover, address));
    }
}

/// <summary>The addresses of an upload's files: absolute URLs if <c>PublicUrl</c> is set, otherwise paths on the requested host.</summary>
/// <param name="Original">The file as MP3; the original file if it is one.</param>
/// <param name="Manifest">The HLS playlist.</param>
/// <param name="Waveform">The waveform.</param>
/// <param name="Art">The cover.</param>
public sealed record UploadUrls(string Original, string Manifest, string Waveform, string Art)
{
    /// <summary>Creates the addresses of an upload's files.</summary>
    public static UploadUrls From(Guid uploadId, PublicAddress address)
    {
        var path = address.Of($"/v1/uploads/audio/{uploadId:D}");
        return new UploadUrls($"{path}/original.mp3", $"{path}/hls/manifest.m3u8", $"{path}/waveform.json", $"{path}/art");
    }
}
