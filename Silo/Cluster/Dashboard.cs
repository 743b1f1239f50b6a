using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;

namespace AudioOrleans.Silo.Cluster;

/// <summary>The dashboard of Orleans: which grains live where, how often they are called and how long that takes.</summary>
public static class Dashboard
{
    /// <summary>Where it is.</summary>
    public const string Path = "/dashboard";

    internal static ISiloBuilder AddDashboard(this ISiloBuilder silo, AudioClusterOptions options) => options.Dashboard ? silo.AddDashboard() : silo;

    internal static IClientBuilder AddDashboard(this IClientBuilder client, AudioClusterOptions options) => options.Dashboard ? client.AddDashboard() : client;

    /// <summary>Serves it to those whom the policy lets in, where it is switched on.</summary>
    public static void MapDashboard(this WebApplication app, string policy)
    {
        if (app.Services.GetRequiredService<AudioClusterOptions>().Dashboard)
            app.MapOrleansDashboard(Path).RequireAuthorization(policy).ExcludeFromDescription();
    }
}
