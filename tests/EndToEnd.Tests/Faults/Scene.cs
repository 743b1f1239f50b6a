using System.Globalization;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.EndToEnd.Tests.Faults;

/// <summary>A platform with a DJ and a live stream from its own Icecast server.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    private Scene(PlatformProcess platform, IcecastServer icecast, Dj dj, Guid streamId) =>
        (Platform, Icecast, Dj, StreamId) = (platform, icecast, dj, streamId);

    public PlatformProcess Platform { get; }

    public IcecastServer Icecast { get; }

    public Dj Dj { get; }

    public Guid StreamId { get; }

    public static async Task<Scene> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        var platform = await PlatformProcess.StartAsync(settings);
        var dj = await Dj.RegisterAsync(platform);
        var scene = new Scene(platform, icecast, dj, await dj.AddStreamAsync(icecast.Url, "/live"));
        await scene.PlaylistAsync();
        return scene;
    }

    /// <summary>Gets the playlist; waits for the first one.</summary>
    public async Task<Playlist> PlaylistAsync() => new(await Platform.Client.GetStringAsync(new Uri($"/v1/streams/{StreamId}/live.m3u8", UriKind.Relative)));

    public async Task<string> StateAsync() => (string)(await Dj.StatusAsync(StreamId))["state"]!;

    public Task UntilAsync(string state) => Dj.UntilAsync(StreamId, state, Deadline);

    public async Task<IReadOnlyList<(string Kind, string? Reason)>> TimelineAsync() =>
        [.. (await Dj.GetAsync($"/v1/streams/{StreamId}/timeline"))["items"]!.AsArray().Select(entry => ((string)entry!["kind"]!, (string?)entry["reason"]))];

    public async Task<IReadOnlyList<string>> HistoryAsync() =>
        [.. (await Dj.GetAsync($"/v1/streams/{StreamId}/history"))["items"]!.AsArray().Select(track => (string)track!["title"]!)];

    public async Task<Listener> ListenAsync()
    {
        var response = await Platform.Client.GetAsync(new Uri($"/v1/streams/{StreamId}/live.mp3", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new Listener(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The process ids of the platform's children with this name.</summary>
    public IReadOnlyList<int> ChildrenNamed(string name) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(entry => int.TryParse(entry, out _))
            .Select(entry => int.Parse(entry!, CultureInfo.InvariantCulture)).Where(id => IsChild(id, name)),
    ];

    public async ValueTask DisposeAsync()
    {
        Dj.Dispose();
        await Platform.DisposeAsync();
        await Icecast.DisposeAsync();
    }

    private bool IsChild(int id, string name)
    {
        try
        {
            // "pid (name) state ppid …"
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var rest = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return stat.Contains($"({name})", StringComparison.Ordinal) && rest[1] == Platform.ProcessId.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false; // The process has ended meanwhile.
        }
    }

    /// <summary>A listener who receives the progressive audio all the time.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly Task _listening;
        private long _heard;

        public Listener(HttpResponseMessage response, Stream body)
        {
            _response = response;
            _listening = ListenAsync(body);
        }

        /// <summary>Waits for three more seconds of audio, which arrive in real time.</summary>
        public async Task ReceivesMoreAsync()
        {
            var before = Interlocked.Read(ref _heard);
            await Eventually.That(() => _listening.IsCompleted || Interlocked.Read(ref _heard) > before + 48_000, Deadline, "the listener receives more audio");
            Assert.False(_listening.IsCompleted, "the listener was disconnected");
        }

        public void Dispose() => _response.Dispose();

        private async Task ListenAsync(Stream body)
        {
            var buffer = new byte[8192];
            try
            {
                for (int read; (read = await body.ReadAsync(buffer)) > 0;)
                    Interlocked.Add(ref _heard, read);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException or ObjectDisposedException)
            {
                // The platform or the test has ended; a test that needs the listener calls ReceivesMoreAsync.
            }
        }
    }
}

/// <summary>The content of a live playlist.</summary>
internal sealed record Playlist(string Text)
{
    public long FirstSequence => Number("#EXT-X-MEDIA-SEQUENCE:");

    public long DiscontinuitySequence => Number("#EXT-X-DISCONTINUITY-SEQUENCE:");

    public long LastSequence => FirstSequence + Text.Split('\n').Count(line => line.StartsWith("segments/", StringComparison.Ordinal)) - 1;

    private long Number(string tag) => long.Parse(Text.Split('\n').First(line => line.StartsWith(tag, StringComparison.Ordinal))[tag.Length..], CultureInfo.InvariantCulture);
}
