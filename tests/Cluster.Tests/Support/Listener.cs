using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Cluster.Tests.Support;

/// <summary>A progressive listener that records when how much audio arrived.</summary>
internal sealed class Listener : IAsyncDisposable
{
    /// <summary>What the station sends: 128 kbit/s.</summary>
    public const int BytesPerSecond = 16_000;

    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpResponseMessage _response;
    private readonly List<(long At, long Total)> _reads = [];
    private readonly Task _listening;

    private Listener(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _listening = ListenAsync(body);
    }

    /// <summary>Why the connection ended, if it ended before the listener disconnected.</summary>
    public string? DisconnectReason { get; private set; }

    public long ReceivedBytes
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
        await listener.WaitForAudioAsync(TimeSpan.FromSeconds(6), "the first burst is over");
        return listener;
    }

    /// <summary>Waits for this much more audio.</summary>
    public Task WaitForAudioAsync(TimeSpan audio, string because)
    {
        var before = ReceivedBytes;
        return Eventually.That(() => DisconnectReason is not null || ReceivedBytes >= before + (audio.TotalSeconds * BytesPerSecond), ClusterScene.Deadline, because);
    }

    /// <summary>How much audio arrived after a moment, and how long after it the last of it arrived.</summary>
    public (TimeSpan Audio, TimeSpan Elapsed) After(long at)
    {
        lock (_reads)
        {
            var before = _reads.LastOrDefault(read => read.At <= at);
            var last = _reads[^1];
            return (TimeSpan.FromSeconds((last.Total - before.Total) / (double)BytesPerSecond), TimeProvider.System.GetElapsedTime(at, last.At));
        }
    }

    /// <summary>The longest time without audio after a moment.</summary>
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
        await _stopping.CancelAsync();
        await _listening;
        _response.Dispose();
        _stopping.Dispose();
    }

    private async Task ListenAsync(Stream body)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await body.ReadAsync(buffer, _stopping.Token)) > 0;)
            {
                lock (_reads)
                    _reads.Add((TimeProvider.System.GetTimestamp(), ReceivedBytes + read));
            }
            DisconnectReason = "the gateway closed the connection";
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The listener disconnected.
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            DisconnectReason = exception.Message;
        }
    }
}
