using System.Net;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>One silo on this machine.</summary>
public static class CoreHostingExtensions
{
    /// <summary>One silo that needs no others. The ports stay closed: there is nobody to talk to.</summary>
    /// <exception cref="NotSupportedException">Another primary silo is named, which would be a cluster.</exception>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = EndpointOptions.DEFAULT_SILO_PORT,
        int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = ClusterOptions.DevelopmentServiceId,
        string clusterId = ClusterOptions.DevelopmentClusterId)
    {
        var self = new IPEndPoint(IPAddress.Loopback, siloPort);
        if (primarySiloEndpoint is not null && !primarySiloEndpoint.Equals(self))
        {
            throw new NotSupportedException(
                $"The embedded engine runs one silo in one process; it cannot join the silo at {primarySiloEndpoint}. Build with Engine=orleans for a cluster.");
        }

        builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });
        return builder.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = serviceId;
            options.ClusterId = clusterId;
        });
    }
}
