using System.Collections.Concurrent;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Outbound;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.RelayHost.Sources;
using AudioOrleans.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.RelayHost.Tests.Relays;

/// <summary>A relay directory as on a node, which may connect to 127.0.0.1 and records all events of its relays.</summary>
internal sealed class RelayFixture : IRelayObserver, ISegmenterFactory, IAsyncDisposable
{
    private readonly FfmpegSegmenterFactory _ffmpeg = new(TimeProvider.System);
    private readonly HttpClient _client;

    public RelayFixture(RelayOptions? options = null, TimeProvider? time = null)
    {
        var outbound = new OutboundOptions { AllowedNetworks = ["127.0.0.0/8"] };
        _client = new OutboundConnector(new AddressPolicy(outbound)).CreateClient(outbound);
        // Connections take real time, so their timeouts use the real clock.
        Directory = new RelayDirectory(
            new SourceConnector(_client, outbound, TimeProvider.System), new SourceStatusReader(_client, TimeProvider.System), this, options ?? new RelayOptions(), time ?? TimeProvider.System, this, NullLogger<Relay>.Instance);
    }

    public RelayDirectory Directory { get; }

    public ConcurrentQueue<(Guid StreamId, RelayEvent Event)> Recorded { get; } = new();

    public ConcurrentQueue<int> ProcessIds { get; } = new();

    /// <summary>Called before an event is recorded.</summary>
    public Action<RelayEvent> OnEvent { get; set; } = _ => { };

    public IEnumerable<T> Events<T>() where T : RelayEvent => Recorded.Select(recorded => recorded.Event).OfType<T>();

    public async Task<Relay> StartAsync(Uri url, Guid? id = null, string? key = null)
    {
        var spec = new RelaySpec(id ?? Guid.NewGuid(), new SourceSpec(url, key));
        await Directory.StartAsync(spec);
        return Directory.Find(spec.StreamId)!;
    }

    public Task OnEventAsync(Guid streamId, RelayEvent relayEvent, CancellationToken cancellationToken)
    {
        OnEvent(relayEvent);
        Recorded.Enqueue((streamId, relayEvent));
        return Task.CompletedTask;
    }

    public async Task<ISegmenter> StartAsync(AudioFormat format, int bytesPerSecond, TimeSpan firstDuration, TimeSpan targetDuration)
    {
        var segmenter = await _ffmpeg.StartAsync(format, bytesPerSecond, firstDuration, targetDuration);
        ProcessIds.Enqueue(((FfmpegSegmenter)segmenter).ProcessId);
        return segmenter;
    }

    public async ValueTask DisposeAsync()
    {
        await Directory.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        _client.Dispose();
        Assert.DoesNotContain(ProcessIds, LiveProcess.Exists);
    }
}
