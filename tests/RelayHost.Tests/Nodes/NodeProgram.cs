using System.Globalization;
using AudioOrleans.RelayHost.Nodes;
using AudioOrleans.RelayHost.Outbound;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.RelayHost.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.RelayHost.Tests.Nodes;

/// <summary>The audio part of a node in a separate process: one relay, and the port for other nodes. SIGTERM starts the handover.</summary>
internal static class NodeProgram
{
    public static async Task<int> RunAsync(string[] settings)
    {
        var (port, secret, streamId, source) = (int.Parse(settings[0], CultureInfo.InvariantCulture), settings[1], Guid.Parse(settings[2]), new Uri(settings[3]));
        var outbound = new OutboundOptions { AllowedNetworks = ["127.0.0.0/8"] };
        using var client = new OutboundConnector(new AddressPolicy(outbound)).CreateClient(outbound);
        var options = new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2), TakeoverWait = TimeSpan.FromSeconds(1.5) };
        await using var relays = new RelayDirectory(
            new SourceConnector(client, outbound, TimeProvider.System), new SourceStatusReader(client, TimeProvider.System), new FfmpegSegmenterFactory(TimeProvider.System), options, TimeProvider.System, new NullObserver(), NullLogger<Relay>.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.Run(new NodeServer(secret, relays, TimeProvider.System).HandleAsync);
        await relays.StartAsync(new RelaySpec(streamId, new SourceSpec(source, null)), takesOver: settings[4] == "takeover");
        await app.StartAsync();
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, app.Lifetime.ApplicationStopping));
        await relays.EndAsync(streamId);
        await app.StopAsync();
        return 0;
    }

    private sealed class NullObserver : IRelayObserver
    {
        public Task OnEventAsync(Guid streamId, RelayEvent relayEvent, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
