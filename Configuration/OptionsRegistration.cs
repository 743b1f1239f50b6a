using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Configuration;

/// <summary>The standard way to read options: bound from their section, validated at startup, and injected directly.</summary>
public static class OptionsRegistration
{
    /// <summary>Adds the options of a section, at most once. Startup fails with an <see cref="OptionsValidationException"/> if a setting is invalid.</summary>
    public static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, IConfiguration configuration)
        where T : class, IValidatedOptions, new()
    {
        if (services.Any(service => service.ServiceType == typeof(T)))
            return services;
        services.AddSingleton<IValidateOptions<T>>(new Validator<T>(configuration));
        // Not Bind(section), which reads again whenever a file changes: the values read at startup stay in effect.
        services.AddOptions<T>().Configure(options => Readable<T>(configuration).Bind(options)).ValidateOnStart();
        return services.AddPlain<T>();
    }

    /// <summary>Adds options that combine several sections, or require parsing.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="read">Reads the options; throws an <see cref="OptionsValidationException"/> if a setting is invalid (<see cref="WrongSetting"/>).</param>
    public static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, IConfiguration configuration, Func<IConfiguration, T> read)
        where T : class
    {
        if (services.Any(service => service.ServiceType == typeof(T)))
            return services;
        services.AddSingleton<IOptionsFactory<T>>(new ReadingFactory<T>(() => read(configuration)));
        services.AddOptions<T>().ValidateOnStart();
        return services.AddPlain<T>();
    }

    /// <summary>Reads the options of a section immediately, for settings that are needed before the services exist.</summary>
    /// <exception cref="OptionsValidationException">A setting is invalid.</exception>
    public static T ReadOptions<T>(this IConfiguration configuration)
        where T : class, IValidatedOptions, new()
    {
        var options = new T();
        Readable<T>(configuration).Bind(options);
        return Checked(options, configuration);
    }

    /// <summary>Returns the options, if they are valid.</summary>
    /// <exception cref="OptionsValidationException">They are invalid; the message names each invalid setting and what was expected.</exception>
    public static T Validate<T>(this T options)
        where T : class, IValidatedOptions => Checked(options, null);

    /// <summary>Validates all registered options. The host does so too at startup, but logs a stack trace with the errors.</summary>
    /// <exception cref="OptionsValidationException">A setting is invalid.</exception>
    /// <exception cref="AggregateException">Settings of several sections are invalid.</exception>
    public static void ValidateOptions(this IServiceProvider services) => services.GetRequiredService<IStartupValidator>().Validate();

    private static IServiceCollection AddPlain<T>(this IServiceCollection services)
        where T : class => services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);

    private static T Checked<T>(T options, IConfiguration? configuration)
        where T : class, IValidatedOptions =>
        OptionsProblems.Of(options, configuration) is { Count: > 0 } problems ? throw new OptionsValidationException(Options.DefaultName, typeof(T), problems) : options;

    /// <summary>The section without values at which the binder would throw: the validation finds those, and reports what was expected.</summary>
    private static IConfiguration Readable<T>(IConfiguration configuration)
        where T : class, IValidatedOptions
    {
        var section = configuration.GetSection(T.Section);
        var unreadable = UnreadableSetting.Find(section, typeof(T)).Select(setting => setting.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return unreadable.Count == 0 ? section
            : new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable().Where(setting => !unreadable.Contains(setting.Key))).Build().GetSection(T.Section);
    }

    private sealed class Validator<T>(IConfiguration configuration) : IValidateOptions<T>
        where T : class, IValidatedOptions
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            OptionsProblems.Of(options, configuration) is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    private sealed class ReadingFactory<T>(Func<T> read) : IOptionsFactory<T>
        where T : class
    {
        public T Create(string name) => read();
    }
}
