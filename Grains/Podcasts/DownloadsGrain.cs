using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Persistence.Podcasts;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Podcasts;

/// <inheritdoc cref="IDownloadsGrain"/>
/// <remarks>
/// IAB Podcast Measurement Technical Guidelines 2.x: a listener is a network address (of IPv6 the first 64 bits) with a user agent, and is counted
/// once within a rolling 24 hours, as soon as a minute of audio was sent in sum. Bots are not counted.
/// </remarks>
[StatelessWorker, GrainType("podcast-downloads")]
public sealed class DownloadsGrain(DownloadTable table, MasterKey master, TimeProvider time) : Grain, IDownloadsGrain
{
    private readonly byte[] _listenerKey = master.Derive("podcast-listener");

    /// <inheritdoc/>
    public Task Count(Guid batchId, ImmutableArray<AudioSent> sent)
    {
        var listeners = sent
            .Select(one => (Sent: one, Agent: UserAgents.Find(one.UserAgent)))
            .Where(one => !one.Agent.IsBot)
            .GroupBy(one => (one.Sent.EpisodeId, Listener: Convert.ToHexStringLower(ListenerOf(one.Sent))))
            .Select(group => new ListenerBytes(
                group.First().Sent.PodcastId, group.Key.EpisodeId, Convert.FromHexString(group.Key.Listener), group.First().Agent.App,
                group.Sum(one => one.Sent.Bytes), group.First().Sent.CountedBytes, group.Max(one => one.Sent.At).UtcDateTime))
            .ToList();
        return listeners.Count == 0 ? Task.CompletedTask : table.CountAsync(batchId, listeners, time.GetUtcNow().UtcDateTime, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<Downloads>> Get(Guid podcastId, DateOnly from, DateOnly to) =>
        [.. (await table.ListAsync(podcastId, from, to, CancellationToken.None)).Select(row => new Downloads(row.EpisodeId, row.Day, row.App, row.Downloads))];

    private byte[] ListenerOf(AudioSent sent) =>
        HMACSHA256.HashData(_listenerKey, Encoding.UTF8.GetBytes($"{Networks.Of(IPAddress.Parse(sent.Address), ipv4Bits: 32, ipv6Bits: 64)}\n{sent.UserAgent}")).AsSpan(0, 16).ToArray();
}

/// <summary>The networks of addresses.</summary>
internal static class Networks
{
    /// <summary>The network that an address is in, such as <c>203.0.113.0/24</c>.</summary>
    public static IPNetwork Of(IPAddress address, int ipv4Bits, int ipv6Bits)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? ipv4Bits : ipv6Bits;
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), bits);
    }
}
