using Microsoft.AspNetCore.Builder;
#if ENGINE_ORLEANS
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;
#endif

namespace Audio.Orleans.Silo.Cluster;

/// <summary>The dashboard of Orleans: which grains live where, how often they are called and how long that takes. The embedded engine has none.</summary>
public static class Dashboard
{
    /// <summary>Where it is.</summary>
    public const string Path = "/dashboard";

#if ENGINE_ORLEANS
    internal static ISiloBuilder AddEngineDashboard(this ISiloBuilder silo, ClusterOptions options) => options.Dashboard ? silo.AddDashboard() : silo;

    internal static IClientBuilder AddEngineDashboard(this IClientBuilder client, ClusterOptions options) => options.Dashboard ? client.AddDashboard() : client;
#else
    internal static ISiloBuilder AddEngineDashboard(this ISiloBuilder silo, ClusterOptions options) => !options.Dashboard
        ? silo
        : throw new InvalidOperationException("Cluster__Dashboard: the embedded engine has no dashboard; it comes with the Microsoft.Orleans packages.");
#endif

    /// <summary>Serves it to those whom the policy lets in, where it is switched on.</summary>
    public static void MapEngineDashboard(this WebApplication app, string policy)
    {
        ArgumentNullException.ThrowIfNull(app);
#if ENGINE_ORLEANS
        if (app.Services.GetRequiredService<ClusterOptions>().Dashboard)
            app.MapOrleansDashboard(Path).RequireAuthorization(policy).ExcludeFromDescription();
#endif
    }
}
