using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.Grains.Streams;

/// <summary>The relays of streams whose grains are on this silo.</summary>
public sealed class StreamRelay(RelayDirectory relays, SourceProbe probe, StreamSecrets secrets)
{
    /// <summary>The margin for discontinuities that a relay created before it died but had not reported: it reports twice a minute.</summary>
    private const int UnreportedDiscontinuities = 10;

    /// <summary>Probes a source.</summary>
    /// <returns>The probe's result, or why the source cannot be used.</returns>
    public async Task<(ProbeResult? Found, StreamOutcome? Unusable)> ProbeAsync(string sourceUrl, string? mount, string? key, string? charset)
    {
        try
        {
            return (await probe.ProbeAsync(new SourceSpec(StreamRules.AudioUrl(sourceUrl, mount), key, StreamRules.Canonical(charset)), CancellationToken.None), null);
        }
        catch (SourceException exception)
        {
            return (null, StreamOutcome.Unusable(SourceFaultCodes.From(exception.Fault), exception.Message));
        }
    }

    /// <summary>Starts the relay, or applies changes to a running one.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="state">Its stored state.</param>
    /// <param name="lastDiscontinuity">The newest discontinuity number reported so far.</param>
    /// <param name="takesOver">Whether it continues where another relay of the stream ended.</param>
    public Task StartAsync(Guid streamId, StreamState state, long lastDiscontinuity, bool takesOver)
    {
        var source = new SourceSpec(StreamRules.AudioUrl(state.SourceUrl, state.Mount), secrets.OpenKey(streamId, state.SealedKey), state.MetadataCharset);
        return relays.StartAsync(new RelaySpec(streamId, source), lastDiscontinuity + UnreportedDiscontinuities, takesOver);
    }

    /// <summary>Stops the relay: the stream is off the air.</summary>
    public Task StopAsync(Guid streamId) => relays.StopAsync(streamId);

    /// <summary>Ends the relay with a last complete segment: another continues elsewhere.</summary>
    public Task EndAsync(Guid streamId) => relays.EndAsync(streamId);
}
