using System.Collections.Concurrent;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Outbound;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.RelayHost.Sources;
using AudioOrleans.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.RelayHost.Tests.Relays;

/// <summary>A directory as a node has it, which may connect to 127.0.0.1, and all that its relays told.</summary>
internal sealed class RelayBench : IRelayObserver, ISegmenterFactory, IAsyncDisposable
{
    private readonly FfmpegSegmenterFactory _ffmpeg = new(TimeProvider.System);
    private readonly HttpClient _client;

    public RelayBench(RelayOptions? options = null, TimeProvider? time = null)
    {
        var outbound = new OutboundOptions { AllowedNetworks = ["127.0.0.0/8"] };
        _client = new OutboundConnector(new AddressPolicy(outbound)).CreateClient(outbound);
        // Connections take real time, so their limits go by the real clock.
        Directory = new RelayDirectory(
            new SourceConnector(_client, outbound, TimeProvider.System), new SourceStatusReader(_client, TimeProvider.System), this, options ?? new RelayOptions(), time ?? TimeProvider.System, this, NullLogger<Relay>.Instance);
    }

    public RelayDirectory Directory { get; }

    public ConcurrentQueue<(Guid StreamId, RelayEvent Event)> Told { get; } = new();

    public ConcurrentQueue<int> ProcessIds { get; } = new();

    /// <summary>Called before an event counts as told.</summary>
    public Action<RelayEvent> OnEvent { get; set; } = _ => { };

    public IEnumerable<T> Events<T>() where T : RelayEvent => Told.Select(told => told.Event).OfType<T>();

    public async Task<Relay> StartAsync(Uri url, Guid? id = null, string? key = null)
    {
        var spec = new RelaySpec(id ?? Guid.NewGuid(), new SourceSpec(url, key));
        await Directory.StartAsync(spec);
        return Directory.Find(spec.StreamId)!;
    }

    public Task OnEventAsync(Guid streamId, RelayEvent relayEvent, CancellationToken cancellationToken)
    {
        OnEvent(relayEvent);
        Told.Enqueue((streamId, relayEvent));
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
