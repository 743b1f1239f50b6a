using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Bench;

/// <summary>What every benchmark starts from: an Icecast with one station on <c>/live</c>, a platform, and a DJ.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Mount = "/live";

    /// <summary>Of the station, in bytes per second.</summary>
    public const int Rate = 16_000;

    private Stage(IcecastServer icecast, PlatformProcess platform, Dj dj) => (Icecast, Platform, Dj) = (icecast, platform, dj);

    public IcecastServer Icecast { get; }

    public PlatformProcess Platform { get; }

    public Dj Dj { get; }

    /// <summary>Starts all of it.</summary>
    /// <param name="clients">How many listeners Icecast lets in.</param>
    /// <param name="file">What the station plays; null for a tone.</param>
    public static async Task<Stage> SetAsync(int clients = 1000, string? file = null)
    {
        var icecast = await IcecastServer.StartAsync(clients);
        await icecast.AddSourceAsync(Mount, file ?? await Tone.Mp3Async(Rate / 125));
        var platform = await PlatformProcess.StartAsync();
        return new Stage(icecast, platform, await Dj.RegisterAsync(platform));
    }

    public Task<Guid> AddStreamAsync(string name = "Bench") => Dj.AddStreamAsync(Icecast.Url, Mount, name);

    /// <summary>Returns when a stream's playlist can be played.</summary>
    public async Task UntilPlayableAsync(Guid streamId)
    {
        using var response = await Platform.Client.GetAsync(Path(streamId, "live.m3u8"));
        response.EnsureSuccessStatusCode();
    }

    public static Uri Path(Guid streamId, string file) => new($"/v1/streams/{streamId:D}/{file}", UriKind.Relative);

    public async ValueTask DisposeAsync()
    {
        Dj.Dispose();
        await Platform.DisposeAsync();
        await Icecast.DisposeAsync();
    }
}
