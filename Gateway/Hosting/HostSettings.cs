using System.Text;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>Settings of the host: server and JSON.</summary>
public static class HostSettings
{
    /// <summary>Ctrl-C has everything stopped within 10 s; the database needs the rest of that.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(6);

    /// <summary>How the server stops, and UTF-8 in headers, where ICY names stand.</summary>
    public static WebApplicationBuilder AddServer(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
        });
        return builder;
    }

    /// <summary>Has the server listen on one more address beside those that were asked for.</summary>
    public static void AlsoListen(this WebApplicationBuilder builder, string url)
    {
        var asked = builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? "http://127.0.0.1:8080";
        builder.WebHost.UseUrls([.. asked.Split(';'), url]);
    }

    /// <summary>The contract's JSON, and bad bodies as exceptions, which become answers in one place.</summary>
    public static IServiceCollection AddContractJson(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }
}
