using System.Reflection;
using AudioOrleans.Standalone;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>Reports at startup what runs, where, and what is ready.</summary>
public static class StartupReport
{
    /// <summary>Prints the report.</summary>
    public static async Task PrintStartupReportAsync(this WebApplication app, StandalonePlatform platform)
    {
        var health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        var ready = string.Join(", ", health.Entries.Select(entry => $"{entry.Key} {(entry.Value.Status == HealthStatus.Healthy ? "ok" : "NOT AVAILABLE")}"));
        var missing = string.Concat(health.Entries.Where(entry => entry.Value is { Status: not HealthStatus.Healthy, Description: not null }).Select(entry => $"\n  {entry.Key,-9} {entry.Value.Description}"));
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var version = typeof(StartupReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        Console.WriteLine($"""

            Audio.Orleans {version}
              data      {platform.Options.DataFolder}{(platform.HasPrivateDatabase ? " (with a PostgreSQL of its own)" : "")}
              ready     {ready}{missing}
              page      {address}/
              API       {address}/swagger

            """);
    }
}
