using System.Collections.Concurrent;

namespace AudioOrleans.Testing.Audio;

/// <summary>A station whose sound a test can change while it is on air, as a studio does: another codec, or nothing.</summary>
public sealed class Station : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _pages = new();
    private readonly ScriptedSource _source;
    private CancellationTokenSource _playing = new();
    private volatile Sound? _sound;

    private Station(Sound? sound)
    {
        _sound = sound;
        _source = ScriptedSource.Start(ServeAsync);
    }

    /// <summary>Where it is heard.</summary>
    public Uri Url => _source.Url;

    /// <summary>Starts one that plays this.</summary>
    public static Station Start(Sound sound) => new(sound);

    /// <summary>Plays something else from now on; whoever listens is cut. Null: nothing, and nobody is let in.</summary>
    public void Play(Sound? sound)
    {
        _sound = sound;
        Interlocked.Exchange(ref _playing, new CancellationTokenSource()).Cancel();
    }

    /// <summary>Gives a status page.</summary>
    public void Publish(string path, string body) => _pages[path] = body;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task ServeAsync(ScriptedSource.Connection connection)
    {
        if (connection.IsStatusPage)
        {
            var path = connection.Request.Split(' ')[1];
            await connection.SendAsync(_pages.TryGetValue(path, out var page) ? $"HTTP/1.0 200 OK\r\n\r\n{page}" : "HTTP/1.0 404 Not Found\r\n\r\n");
            return;
        }
        var playing = _playing;
        if (_sound is not { } sound)
        {
            await connection.SendAsync("HTTP/1.0 404 Not Found\r\n\r\n");
            return;
        }
        await connection.SendAsync($"HTTP/1.0 200 OK\r\nContent-Type: {sound.ContentType}\r\n\r\n");
        await connection.SendAsync(sound.Bytes.AsMemory(0, sound.Bytes.Length / 2));
        await Task.WhenAny(
            connection.SendForEverAsync(sound.Bytes.AsMemory(sound.Bytes.Length / 2), sound.BytesPerSecond),
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, playing.Token));
    }

    /// <summary>What a station plays: the first half of a file at once, the second over and over at its pace.</summary>
    /// <param name="ContentType">How it calls it.</param>
    /// <param name="Bytes">The file.</param>
    /// <param name="BytesPerSecond">Its pace.</param>
    public sealed record Sound(string ContentType, byte[] Bytes, int BytesPerSecond)
    {
        /// <summary>Some seconds of MP3 at 128 kbit/s.</summary>
        public static async Task<Sound> Mp3Async() => new("audio/mpeg", await File.ReadAllBytesAsync(await Tone.NoiseMp3Async(seconds: 20)), 16_000);

        /// <summary>Some seconds of AAC at 96 kbit/s.</summary>
        public static async Task<Sound> AacAsync() => new("audio/aac", await File.ReadAllBytesAsync(await Tone.AacAsync(seconds: 20)), 12_000);
    }
}
