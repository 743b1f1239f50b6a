using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.Grains.Streams;

/// <summary>The relays of streams whose grains are on this silo.</summary>
public sealed class StreamRelay(RelayDirectory relays, SourceProbe probe, StreamSecrets secrets)
{
    /// <summary>A relay that died may have made so many discontinuities before it reported them: it reports twice a minute.</summary>
    private const int UnreportedDiscontinuities = 10;

    /// <summary>Looks at a source.</summary>
    /// <returns>What it sends, or why it cannot be used.</returns>
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

    /// <summary>Starts it, or lets it go on with what has changed.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="state">What is stored of it.</param>
    /// <param name="lastDiscontinuity">The newest discontinuity number that was reported.</param>
    /// <param name="takesOver">Whether it goes on where another relay of the stream ended.</param>
    public Task StartAsync(Guid streamId, StreamState state, long lastDiscontinuity, bool takesOver)
    {
        var source = new SourceSpec(StreamRules.AudioUrl(state.SourceUrl, state.Mount), secrets.OpenKey(streamId, state.SealedKey), state.MetadataCharset);
        return relays.StartAsync(new RelaySpec(streamId, source), lastDiscontinuity + UnreportedDiscontinuities, takesOver);
    }

    /// <summary>Stops it: the stream is off the air.</summary>
    public Task StopAsync(Guid streamId) => relays.StopAsync(streamId);

    /// <summary>Ends it with a last whole segment: another goes on elsewhere.</summary>
    public Task EndAsync(Guid streamId) => relays.EndAsync(streamId);
}
