using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Cluster.Tests.Support;

/// <summary>A progressive listener, who notes when how much came.</summary>
internal sealed class Listener : IAsyncDisposable
{
    /// <summary>What the station sends: 128 kbit/s.</summary>
    public const int BytesPerSecond = 16_000;

    private readonly CancellationTokenSource _leaving = new();
    private readonly HttpResponseMessage _response;
    private readonly List<(long At, long Total)> _reads = [];
    private readonly Task _listening;

    private Listener(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _listening = ListenAsync(body);
    }

    /// <summary>Why the connection ended, if it did before the listener left.</summary>
    public string? Cut { get; private set; }

    public long Heard
    {
        get
        {
            lock (_reads)
                return _reads is [.., var last] ? last.Total : 0;
        }
    }

    public static async Task<Listener> StartAsync(MemberProcess gateway, Guid stream)
    {
        var response = await gateway.Client.GetAsync(new Uri($"/v1/streams/{stream}/live.mp3", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        var listener = new Listener(response, await response.Content.ReadAsStreamAsync());
        await listener.HearsOnAsync(TimeSpan.FromSeconds(6), "the first burst is over");
        return listener;
    }

    /// <summary>Waits for so much more audio.</summary>
    public Task HearsOnAsync(TimeSpan audio, string because)
    {
        var before = Heard;
        return Eventually.That(() => Cut is not null || Heard >= before + (audio.TotalSeconds * BytesPerSecond), ClusterScene.Deadline, because);
    }

    /// <summary>How much audio came after a moment, and how far the last of it is from that moment.</summary>
    public (TimeSpan Audio, TimeSpan Elapsed) After(long at)
    {
        lock (_reads)
        {
            var before = _reads.LastOrDefault(read => read.At <= at);
            var last = _reads[^1];
            return (TimeSpan.FromSeconds((last.Total - before.Total) / (double)BytesPerSecond), TimeProvider.System.GetElapsedTime(at, last.At));
        }
    }

    /// <summary>The longest silence on the line after a moment.</summary>
    public TimeSpan LongestSilence(long since)
    {
        lock (_reads)
        {
            var times = _reads.Select(read => read.At).Where(at => at > since).Prepend(since).ToArray();
            return times.Zip(times.Skip(1), (one, next) => TimeProvider.System.GetElapsedTime(one, next)).DefaultIfEmpty().Max();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _listening;
        _response.Dispose();
        _leaving.Dispose();
    }

    private async Task ListenAsync(Stream body)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await body.ReadAsync(buffer, _leaving.Token)) > 0;)
            {
                lock (_reads)
                    _reads.Add((TimeProvider.System.GetTimestamp(), Heard + read));
            }
            Cut = "the gateway ended it";
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The listener left.
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            Cut = exception.Message;
        }
    }
}
