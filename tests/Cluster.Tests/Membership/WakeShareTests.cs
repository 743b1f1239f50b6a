using System.Net;
using AudioOrleans.Silo;

namespace AudioOrleans.Cluster.Tests.Membership;

public sealed class WakeShareTests
{
    private static readonly SiloAddress[] Silos = [.. new[] { 11111, 11112, 11113 }.Select(port => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), port))];

    [Fact]
    public void Each_stream_is_in_the_share_of_exactly_one_silo()
    {
        var shares = Silos.Select(silo => WakeShare.For(silo, Silos.Reverse())).ToList();
        for (var i = 0; i < 300; i++)
        {
            var stream = Guid.NewGuid();
            Assert.Single(shares, share => share.Contains(stream));
        }
    }

    [Fact]
    public void A_silo_in_a_cluster_wakes_its_share_and_a_single_silo_wakes_all_streams()
    {
        Assert.Equal(3, WakeShare.For(Silos[0], Silos).Count);
        Assert.Equal(new WakeShare(0, 1), WakeShare.For(Silos[0], [Silos[0]]));
        Assert.Equal(new WakeShare(0, 1), WakeShare.For(Silos[0], [])); // The membership does not contain it yet.
    }
}
