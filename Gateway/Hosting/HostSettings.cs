using System.Text;
using Microsoft.Extensions.Logging.Console;

namespace Audio.Orleans.Gateway.Hosting;

/// <summary>Settings of the host: logs, server, JSON.</summary>
public static class HostSettings
{
    /// <summary>Ctrl-C has everything stopped within 10 s; the database needs the rest of that.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(6);

    /// <summary>One JSON object a line on standard error; standard output is for people.</summary>
    public static ILoggerFactory AddPlatformLogging(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        void Configure(ILoggingBuilder logging)
        {
            logging.AddJsonConsole(options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
            logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
            logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
            logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
            logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
            // It would open a scope and an activity for each request, fetched segments included; RequestIds opens one where it is read.
            logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
            logging.AddFilter("System.Net.Http", LogLevel.Warning);
        }
        builder.Logging.ClearProviders();
        Configure(builder.Logging);
        return LoggerFactory.Create(Configure);
    }

    /// <summary>How the server stops, and UTF-8 in headers, where ICY names stand.</summary>
    public static WebApplicationBuilder AddServer(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
        });
        return builder;
    }

    /// <summary>The contract's JSON, and bad bodies as exceptions, which become answers in one place.</summary>
    public static IServiceCollection AddContractJson(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }
}
