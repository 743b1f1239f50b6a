using AudioOrleans.Configuration;
using AudioOrleans.Silo;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Silo.Hosting;
using AudioOrleans.Silo.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
using var logging = builder.AddPlatformLogging();
builder.Configuration.UseRenamedSettings(logging);
var cluster = builder.ReadCluster();
if (cluster is not { IsCluster: true, HasSilo: true })
    throw WrongSetting.Create("Cluster:Membership", "postgres. A silo needs a cluster; the gateway's program runs both in one process");
builder.AddAudioPlatform(PlatformOptions.Read(builder.Configuration, cluster), cluster);
builder.Services.AddPlatformMetrics();
builder.WebHost.UseUrls(cluster.NodeUri.ToString());

await using var app = builder.Build();
app.Services.ValidateOptions();
app.UseNodePort();
app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
app.MapHealthChecks("/readyz");
await app.RunAsync();
