using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;

namespace AudioOrleans.Silo.Cluster;

/// <summary>The Orleans dashboard: where grains are activated, how often they are called and how long calls take.</summary>
public static class Dashboard
{
    /// <summary>The dashboard's path.</summary>
    public const string Path = "/dashboard";

    internal static ISiloBuilder AddDashboard(this ISiloBuilder silo, AudioClusterOptions options) => options.Dashboard ? silo.AddDashboard() : silo;

    internal static IClientBuilder AddDashboard(this IClientBuilder client, AudioClusterOptions options) => options.Dashboard ? client.AddDashboard() : client;

    /// <summary>Maps the dashboard for callers that satisfy the policy, if it is enabled.</summary>
    public static void MapDashboard(this WebApplication app, string policy)
    {
        if (app.Services.GetRequiredService<AudioClusterOptions>().Dashboard)
            app.MapOrleansDashboard(Path).RequireAuthorization(policy).ExcludeFromDescription();
    }
}
