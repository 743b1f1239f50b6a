using AudioOrleans.Configuration;
using AudioOrleans.Silo;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Silo.Hosting;
using AudioOrleans.Silo.Metrics;
using AudioOrleans.Silo.Standalone;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;

StartErrors.ShowPlainly();
if (args is ["cluster", .. var arguments])
    return await LocalCluster.RunAsync(arguments);

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
using var logging = builder.AddPlatformLogging();
builder.Configuration.UseRenamedSettings(logging);
var cluster = builder.ReadCluster();
if (cluster is not { IsCluster: true, HasSilo: true })
    throw WrongSetting.Of("Cluster:Membership", "postgres. A silo without a cluster is of use to nobody; the gateway's program runs both in one process");
await using var platform = await StandalonePlatform.StartAsync(builder.Configuration, logging);
builder.AddAudioPlatform(platform.Options, cluster);
builder.Services.AddPlatformMetrics();
builder.WebHost.UseUrls(cluster.NodeUri.ToString());

await using var app = builder.Build();
app.Services.ValidateOptions();
app.UseNodePort();
app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
app.MapHealthChecks("/readyz");
await app.RunAsync();
return 0;
