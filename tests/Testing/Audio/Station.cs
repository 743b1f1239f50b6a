using System.Collections.Concurrent;

namespace AudioOrleans.Testing.Audio;

/// <summary>A station whose audio a test can change while it is on air: to another codec, or to nothing.</summary>
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

    /// <summary>Its address.</summary>
    public Uri Url => _source.Url;

    /// <summary>Starts a station that plays this.</summary>
    public static Station Start(Sound sound) => new(sound);

    /// <summary>Plays something else from now on, and disconnects all listeners. With null it plays nothing and refuses new listeners.</summary>
    public void Play(Sound? sound)
    {
        _sound = sound;
        Interlocked.Exchange(ref _playing, new CancellationTokenSource()).Cancel();
    }

    /// <summary>Publishes a status page.</summary>
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

    /// <summary>What a station plays: the first half of a file at once, and the second half in a loop at its bitrate.</summary>
    /// <param name="ContentType">Its content type.</param>
    /// <param name="Bytes">The file.</param>
    /// <param name="BytesPerSecond">Its bitrate.</param>
    public sealed record Sound(string ContentType, byte[] Bytes, int BytesPerSecond)
    {
        /// <summary>Some seconds of MP3 at 128 kbit/s.</summary>
        public static async Task<Sound> Mp3Async() => new("audio/mpeg", await File.ReadAllBytesAsync(await Tone.NoiseMp3Async(seconds: 20)), 16_000);

        /// <summary>Some seconds of AAC at 96 kbit/s.</summary>
        public static async Task<Sound> AacAsync() => new("audio/aac", await File.ReadAllBytesAsync(await Tone.AacAsync(seconds: 20)), 12_000);
    }
}
