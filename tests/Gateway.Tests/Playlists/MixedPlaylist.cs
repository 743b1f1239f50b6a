using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>A playlist of many formats: other sample rates, mono, FLAC, M4A and an external address. All tests of a process share it.</summary>
internal sealed record MixedPlaylist(SharedPlatform Shared, Guid Id, IReadOnlyList<Guid> Uploads)
{
    /// <summary>The sample rate of most of the playlist, and so of the whole.</summary>
    public const int SampleRate = 44100;

    public const int Tracks = 6;

    public const double Seconds = 7 * Tracks;

    public static readonly TimeSpan Built = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Task<MixedPlaylist>> Instance = new(MakeAsync);

    public string Hls => $"/v1/playlists/{Id}/stream.m3u8";

    public string Mp3 => $"/v1/playlists/{Id}/stream.mp3";

    public static Task<MixedPlaylist> GetAsync() => Instance.Value;

    private static async Task<MixedPlaylist> MakeAsync()
    {
        var shared = await SharedPlatform.GetAsync();
        var web = WebFiles.Start();
        web.Put("/outside.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("Outside")));
        string[] files =
        [
            await Pieces.Mp3Async("Usual"), await Pieces.Mp3Async("Mono", kbps: 48, sampleRate: 22050, channels: 1), await Pieces.Mp3Async("Fat", kbps: 320, sampleRate: 48000),
            await Pieces.FlacAsync("Lossless"), await Pieces.M4aAsync("Apple"),
        ];
        var uploads = await Task.WhenAll(files.Select(shared.Dj.AddUploadAsync));
        var id = await shared.Dj.AddPlaylistAsync([.. uploads.Select(upload => upload.Track()), web.UrlOf("/outside.mp3").Track()]);
        await shared.Dj.UntilBuiltAsync(id, Built);
        return new MixedPlaylist(shared, id, uploads);
    }
}
