using System.Globalization;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces.Uploads;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>The answer to <c>POST /v1/uploads/audio</c>.</summary>
/// <param name="UploadId">The new upload.</param>
/// <param name="StorageUrl">Where the file can be had again.</param>
/// <param name="HlsManifestUrl">Where its HLS playlist will be.</param>
/// <param name="Status">Always <c>processing</c>.</param>
/// <param name="DuplicateOf">An older upload of the account with the same bytes; null for none.</param>
public sealed record UploadCreated(Guid UploadId, string StorageUrl, string HlsManifestUrl, UploadStatus Status, Guid? DuplicateOf);

/// <summary>An upload.</summary>
/// <param name="UploadId">Its id.</param>
/// <param name="FileName">What its sender called it; may be empty.</param>
/// <param name="Status"><c>processing</c>, <c>ready</c> or <c>failed</c>.</param>
/// <param name="Progress">How far its preparation is, in percent.</param>
/// <param name="Format">What the file is by its content: the extension of such files.</param>
/// <param name="SizeBytes">How long the file is.</param>
/// <param name="Title">Its title by its tags; null for none.</param>
/// <param name="Artist">Its artist by its tags; null for none.</param>
/// <param name="Album">Its album by its tags; null for none.</param>
/// <param name="DurationSeconds">How long it plays; null before that is known.</param>
/// <param name="Bitrate">Such as <c>128kbps</c>; null before that is known.</param>
/// <param name="LoudnessLufs">How loud it is, in LUFS (EBU R 128); null until it is measured, a while after it is ready, and for silence.</param>
/// <param name="StorageUrl">Where the file can be had again.</param>
/// <param name="HlsManifestUrl">Its HLS playlist.</param>
/// <param name="WaveformUrl">Its waveform; null until it is drawn.</param>
/// <param name="ArtUrl">Its cover; null for none.</param>
/// <param name="ErrorMessage">Why it failed; null otherwise.</param>
/// <param name="Warning">What is wrong with the file, though it can be heard, such as that it was cut off; null for nothing.</param>
/// <param name="DuplicateOf">An older upload of the account with the same bytes; null for none.</param>
/// <param name="CreatedAt">When it was begun, UTC.</param>
/// <param name="CompletedAt">When it became ready or failed, UTC; null before.</param>
public sealed record UploadResponse(
    Guid UploadId, string FileName, UploadStatus Status, int Progress, string Format, long SizeBytes, string? Title, string? Artist, string? Album,
    double? DurationSeconds, string? Bitrate, double? LoudnessLufs, string StorageUrl, string HlsManifestUrl, string? WaveformUrl, string? ArtUrl,
    string? ErrorMessage, string? Warning, Guid? DuplicateOf, DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt)
{
    /// <summary>From what the grain tells.</summary>
    public static UploadResponse From(UploadDetails upload, PublicAddress address)
    {
        var urls = UploadUrls.From(upload.UploadId, address);
        return new UploadResponse(
            upload.UploadId, upload.FileName, upload.Status, upload.Progress, upload.Format, upload.SizeBytes, upload.Title, upload.Artist, upload.Album,
            upload.Duration is { } duration ? Math.Round(duration.TotalSeconds, 3) : null,
            upload.BitsPerSecond is { } bits ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(bits / 1000.0)}kbps") : null,
            upload.LoudnessLufs, urls.Original, urls.Manifest, upload.HasWaveform ? urls.Waveform : null, upload.HasArt ? urls.Art : null,
            upload.ErrorMessage, upload.Warning, upload.DuplicateOf, upload.CreatedAt, upload.CompletedAt);
    }
}

/// <summary>Where an upload's files are: in full where <c>PublicUrl</c> is set, else as paths on the host that was asked.</summary>
/// <param name="Original">The file as MP3: as it was sent, where it was one.</param>
/// <param name="Manifest">The HLS playlist.</param>
/// <param name="Waveform">The waveform.</param>
/// <param name="Art">The cover.</param>
public sealed record UploadUrls(string Original, string Manifest, string Waveform, string Art)
{
    /// <summary>The addresses of an upload's files.</summary>
    public static UploadUrls From(Guid uploadId, PublicAddress address)
    {
        var path = address.Of($"/v1/uploads/audio/{uploadId:D}");
        return new UploadUrls($"{path}/original.mp3", $"{path}/hls/manifest.m3u8", $"{path}/waveform.json", $"{path}/art");
    }
}
