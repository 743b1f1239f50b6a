using System.Net;
using System.Net.Sockets;
using AudioOrleans.Configuration;

namespace AudioOrleans.Silo.Cluster;

/// <summary>The role of a process in a cluster.</summary>
public enum ClusterRole
{
    /// <summary>A silo: it runs grains and relays streams. The gateway's program also serves HTTP in the same process.</summary>
    Silo,

    /// <summary>Serves HTTP only, and calls the silos.</summary>
    Gateway,
}

/// <summary>How the members of a cluster discover each other.</summary>
public enum ClusterMembership
{
    /// <summary>A single silo, no cluster.</summary>
    None,

    /// <summary>With tables in the platform's own database.</summary>
    Postgres,
}

/// <summary>The cluster that a process belongs to. Section <c>Cluster</c>.</summary>
public sealed record AudioClusterOptions : IValidatedOptions
{
    private const int ShortestSecret = 32;

    /// <inheritdoc/>
    public static string Section => "Cluster";

    /// <summary>How members discover each other; <c>Cluster__Membership</c>.</summary>
    public ClusterMembership Membership { get; init; }

    /// <summary>The role of this process; <c>Cluster__Role</c>, for the gateway's program.</summary>
    public ClusterRole Role { get; init; }

    /// <summary>The cluster's name in the database; <c>Cluster__Id</c>. Several may share one database server, but not one database.</summary>
    public string Id { get; init; } = "audio";

    /// <summary>This node's unique name; <c>Cluster__NodeName</c>, by default the machine's name.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>The IP address at which other nodes reach this node; <c>Cluster__Address</c>. By default, the machine's first non-loopback address.</summary>
    public string? Address { get; init; }

    /// <summary>The port for traffic between silos; <c>Cluster__SiloPort</c>. Without a cluster, a free port is used.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>The port for gateways; <c>Cluster__ClientPort</c>. Without a cluster there is none.</summary>
    public int ClientPort { get; init; } = 30000;

    /// <summary>The port on which this node serves its relays to gateways; <c>Cluster__NodePort</c>.</summary>
    public int NodePort { get; init; } = 8081;

    /// <summary>The secret shared by all processes of the cluster; <c>Cluster__Secret</c>, at least 32 characters.</summary>
    public string? Secret { get; init; }

    /// <summary>How long a silo waits for another's response to a probe; <c>Cluster__ProbeTimeout</c>.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The number of missed probes after which a silo is considered dead; <c>Cluster__MissedProbes</c>.</summary>
    public int MissedProbes { get; init; } = 3;

    /// <summary>The default timeout of grain calls, after which the caller retries or fails; <c>Cluster__ResponseTimeout</c>.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping silo may take to hand over its streams; <c>Cluster__DrainTimeout</c>.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the Orleans dashboard is served at <c>/dashboard</c>, for admins; <c>Cluster__Dashboard</c>. Measuring each call has a small cost.</summary>
    public bool Dashboard { get; init; }

    /// <summary>Whether there is a cluster.</summary>
    public bool IsCluster => Membership != ClusterMembership.None;

    /// <summary>Whether this process runs a silo.</summary>
    public bool HasSilo => Role == ClusterRole.Silo;

    /// <summary>This node's address.</summary>
    public IPAddress IpAddress => Address is null ? FirstAddress() : IPAddress.Parse(Address);

    /// <summary>The URL at which this node serves its relays to gateways.</summary>
    public Uri NodeUri => new UriBuilder(Uri.UriSchemeHttp, IpAddress.ToString(), NodePort).Uri;

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(IsCluster || HasSilo, nameof(Membership), "postgres, since a gateway without a silo needs a cluster");
        if (!IsCluster)
            return;
        problems.Require(Secret is { Length: >= ShortestSecret }, nameof(Secret), $"at least {ShortestSecret} characters, the same for all processes of the cluster");
        problems.Require(Address is null || IPAddress.TryParse(Address, out _), nameof(Address), "an IP address");
        problems.Require(!string.IsNullOrWhiteSpace(NodeName), nameof(NodeName), "a name");
        foreach (var (name, port) in new[] { (nameof(SiloPort), SiloPort), (nameof(ClientPort), ClientPort), (nameof(NodePort), NodePort) })
            problems.Require(port is >= 1 and <= ushort.MaxValue, name, "a port from 1 to 65535");
        problems.Require(ProbeTimeout >= TimeSpan.FromMilliseconds(100) && ProbeTimeout <= TimeSpan.FromMinutes(1), nameof(ProbeTimeout), "a time from 00:00:00.1 to 00:01:00");
        problems.Require(MissedProbes is >= 1 and <= 100, nameof(MissedProbes), "a number from 1 to 100");
        problems.Require(ResponseTimeout >= TimeSpan.FromSeconds(1), nameof(ResponseTimeout), "at least 00:00:01");
        problems.Require(DrainTimeout >= TimeSpan.Zero && DrainTimeout <= TimeSpan.FromMinutes(10), nameof(DrainTimeout), "a time up to 00:10:00");
    }

    private static IPAddress FirstAddress()
    {
        var addresses = Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork);
        return addresses.FirstOrDefault(address => !IPAddress.IsLoopback(address))
            ?? throw WrongSetting.Create($"{Section}:{nameof(Address)}", "this machine's IP address, since its name resolves only to the loopback address");
    }
}
