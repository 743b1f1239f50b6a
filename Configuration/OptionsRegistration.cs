using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Configuration;

/// <summary>The one way in which options are read: bound from their section, checked at the start, and injected as they are.</summary>
public static class OptionsRegistration
{
    /// <summary>Adds the options of a section, once however often it is called. The start fails with an <see cref="OptionsValidationException"/> where a setting is wrong.</summary>
    public static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, IConfiguration configuration)
        where T : class, IValidatedOptions, new()
    {
        if (services.Any(service => service.ServiceType == typeof(T)))
            return services;
        services.AddSingleton<IValidateOptions<T>>(new Validator<T>(configuration));
        // Not Bind(section), which reads again whenever a file changes: what was read at the start holds.
        services.AddOptions<T>().Configure(options => Readable<T>(configuration).Bind(options)).ValidateOnStart();
        return services.AddPlain<T>();
    }

    /// <summary>Adds options that are made of several sections, or of text that must be parsed.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="read">Reads the options; throws an <see cref="OptionsValidationException"/> where a setting is wrong (<see cref="WrongSetting"/>).</param>
    public static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services, IConfiguration configuration, Func<IConfiguration, T> read)
        where T : class
    {
        if (services.Any(service => service.ServiceType == typeof(T)))
            return services;
        services.AddSingleton<IOptionsFactory<T>>(new ReadingFactory<T>(() => read(configuration)));
        services.AddOptions<T>().ValidateOnStart();
        return services.AddPlain<T>();
    }

    /// <summary>Reads the options of a section at once, for what must be known before there are services.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong.</exception>
    public static T ReadOptions<T>(this IConfiguration configuration)
        where T : class, IValidatedOptions, new()
    {
        var options = new T();
        Readable<T>(configuration).Bind(options);
        return Checked(options, configuration);
    }

    /// <summary>The options, if they are right.</summary>
    /// <exception cref="OptionsValidationException">They are not; the message names each wrong setting and what was expected.</exception>
    public static T Validate<T>(this T options)
        where T : class, IValidatedOptions => Checked(options, null);

    /// <summary>Checks all options that were added. The host does so too when it starts, but logs a stack trace with what it finds.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong.</exception>
    /// <exception cref="AggregateException">Settings of several sections are wrong.</exception>
    public static void ValidateOptions(this IServiceProvider services) => services.GetRequiredService<IStartupValidator>().Validate();

    private static IServiceCollection AddPlain<T>(this IServiceCollection services)
        where T : class => services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);

    private static T Checked<T>(T options, IConfiguration? configuration)
        where T : class, IValidatedOptions =>
        OptionsProblems.Of(options, configuration) is { Count: > 0 } problems ? throw new OptionsValidationException(Options.DefaultName, typeof(T), problems) : options;

    /// <summary>The section without what the binder would throw at: the check finds that, and names it with what was expected.</summary>
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
