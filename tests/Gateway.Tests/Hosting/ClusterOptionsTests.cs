using System.Net;
using AudioOrleans.Configuration;
using AudioOrleans.Silo.Cluster;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Gateway.Tests.Hosting;

public sealed class ClusterOptionsTests
{
    private static readonly AudioClusterOptions Good = new() { Membership = ClusterMembership.Postgres, Secret = new string('s', 32), Address = "10.0.0.7", NodeName = "node-7" };

    public static TheoryData<string, string, AudioClusterOptions> InvalidOptions => new()
    {
        { "Cluster__Secret", "at least 32 characters, the same for all processes of the cluster", Good with { Secret = null } },
        { "Cluster__Secret", "at least 32 characters, the same for all processes of the cluster", Good with { Secret = new string('s', 31) } },
        { "Cluster__Address", "an IP address", Good with { Address = "silo-1.example.org" } },
        { "Cluster__NodeName", "a name", Good with { NodeName = " " } },
        { "Cluster__SiloPort", "a port from 1 to 65535", Good with { SiloPort = 0 } },
        { "Cluster__ClientPort", "a port from 1 to 65535", Good with { ClientPort = 65_536 } },
        { "Cluster__NodePort", "a port from 1 to 65535", Good with { NodePort = -1 } },
        { "Cluster__ProbeTimeout", "a time from 00:00:00.1 to 00:01:00", Good with { ProbeTimeout = TimeSpan.FromMilliseconds(99) } },
        { "Cluster__ProbeTimeout", "a time from 00:00:00.1 to 00:01:00", Good with { ProbeTimeout = TimeSpan.FromSeconds(61) } },
        { "Cluster__MissedProbes", "a number from 1 to 100", Good with { MissedProbes = 0 } },
        { "Cluster__ResponseTimeout", "at least 00:00:01", Good with { ResponseTimeout = TimeSpan.Zero } },
        { "Cluster__DrainTimeout", "a time up to 00:10:00", Good with { DrainTimeout = TimeSpan.FromMinutes(11) } },
        { "Cluster__DrainTimeout", "a time up to 00:10:00", Good with { DrainTimeout = TimeSpan.FromSeconds(-1) } },
        { "Cluster__Membership", "postgres, since a gateway without a silo needs a cluster", new AudioClusterOptions { Role = ClusterRole.Gateway } },
    };

    [Theory]
    [MemberData(nameof(InvalidOptions))]
    public void An_invalid_setting_is_named(string setting, string expected, AudioClusterOptions options) =>
        Assert.Equal($"{setting}: expected {expected}.", Assert.Throws<OptionsValidationException>(options.Validate).Message);

    [Fact]
    public void A_single_machine_needs_no_settings()
    {
        var alone = new AudioClusterOptions().Validate();
        Assert.Equal((false, true), (alone.IsCluster, alone.HasSilo));
    }

    [Fact]
    public void A_node_reports_its_address()
    {
        Assert.Equal(new Uri("http://10.0.0.7:8081/"), Good.Validate().NodeUri);
        Assert.Equal(new Uri("http://[2001:db8::7]:9000/"), (Good with { Address = "2001:db8::7", NodePort = 9000 }).Validate().NodeUri);
        Assert.Equal(IPAddress.Loopback, (Good with { Address = "127.0.0.1" }).IpAddress);
    }

    [Fact]
    public void A_gateway_of_a_cluster_has_no_silo() => Assert.False((Good with { Role = ClusterRole.Gateway }).Validate().HasSilo);
}
