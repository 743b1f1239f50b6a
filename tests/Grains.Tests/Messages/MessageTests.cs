using System.Collections.Immutable;
using System.Reflection;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Grains.Tests.Messages;

/// <summary>The house rules for messages, grain interfaces and grain classes, checked by reflection.</summary>
public sealed class MessageTests
{
    private static readonly Type[] Contracts = typeof(Caller).Assembly.GetTypes();

    private static readonly Type[] Messages =
        [.. Contracts.Where(type => type is { IsClass: true, IsPublic: true } && type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)];

    private static readonly Type[] Interfaces = [.. Contracts.Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];

    private static readonly Type[] Grains =
        [.. typeof(StreamGrain).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IGrain).IsAssignableFrom(type) && type.Name.EndsWith("Grain", StringComparison.Ordinal))];

    public static TheoryData<Type> AllMessages => [.. Messages];

    public static TheoryData<Type> AllInterfaces => [.. Interfaces];

    public static TheoryData<Type> AllGrains => [.. Grains];

    [Fact]
    public void Messages_interfaces_and_grains_are_found()
    {
        Assert.True(Messages.Length > 20);
        Assert.True(Interfaces.Length >= 8);
        Assert.True(Grains.Length >= 5);
    }

    [Theory]
    [MemberData(nameof(AllMessages))]
    public void A_message_is_a_sealed_immutable_record_with_an_alias(Type message)
    {
        Assert.True(message.IsSealed);
        Assert.NotNull(message.GetCustomAttribute<AliasAttribute>());
        if (typeof(Exception).IsAssignableFrom(message))
            return;
        Assert.NotNull(message.GetMethod("<Clone>$"));
        Assert.NotNull(message.GetCustomAttribute<ImmutableAttribute>());
    }

    [Theory]
    [MemberData(nameof(AllMessages))]
    public void Every_member_of_a_message_has_its_own_id_and_is_immutable(Type message)
    {
        var properties = message.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(property => property.SetMethod is not null).ToList();
        Assert.NotEmpty(properties);
        Assert.Equal(properties.Count, properties.Select(property => property.GetCustomAttribute<IdAttribute>()?.Id).Distinct().Count());
        foreach (var property in properties)
        {
            Assert.True(property.GetCustomAttribute<IdAttribute>() is not null, $"{property.Name} has an [Id]");
            var setter = property.SetMethod!;
            Assert.True(
                setter.IsPrivate || setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)),
                $"{property.Name} cannot be set later");
            var type = property.PropertyType;
            if (type != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
                Assert.Equal(typeof(ImmutableArray<>), type.GetGenericTypeDefinition());
        }
    }

    [Fact]
    public void Parameters_and_results_of_grain_calls_are_messages()
    {
        var used = Interfaces.SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
            .SelectMany(Unwrap).Where(type => type is { IsClass: true } && type.Assembly == typeof(Caller).Assembly).Distinct().ToList();
        Assert.NotEmpty(used);
        Assert.All(used, type => Assert.NotNull(type.GetCustomAttribute<GenerateSerializerAttribute>()));
        Assert.DoesNotContain(
            Interfaces.SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters()),
            parameter => parameter.ParameterType.IsArray || parameter.ParameterType.Name.StartsWith("List`", StringComparison.Ordinal));
    }

    [Fact]
    public void Aliases_are_unique()
    {
        // Types that Orleans' code generator makes have aliases of their own.
        var aliases = Contracts.Concat(typeof(StreamGrain).Assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("AudioOrleans.", StringComparison.Ordinal) == true)
            .Select(type => type.GetCustomAttribute<AliasAttribute>()?.Alias).Where(alias => alias is not null).ToList();
        Assert.Equal(aliases.Distinct(StringComparer.OrdinalIgnoreCase), aliases);
    }

    [Theory]
    [MemberData(nameof(AllInterfaces))]
    public void A_grain_interface_and_its_methods_have_aliases(Type type)
    {
        Assert.NotNull(type.GetCustomAttribute<AliasAttribute>());
        var aliases = type.GetMethods().Select(method => method.GetCustomAttribute<AliasAttribute>()?.Alias).ToList();
        Assert.DoesNotContain(null, aliases);
        Assert.Equal(aliases.Distinct(), aliases);
        Assert.InRange(aliases.Count, 1, 8);
    }

    [Theory]
    [MemberData(nameof(AllGrains))]
    public void A_grain_class_has_a_type_name(Type type) => Assert.NotNull(type.GetCustomAttribute<GrainTypeAttribute>());

    [Fact]
    public void A_message_with_a_secret_does_not_print_it()
    {
        foreach (var message in Messages)
        {
            var secrets = message.GetProperties().Where(property => property.PropertyType == typeof(string) && IsSecret(property.Name)).ToList();
            if (secrets.Count == 0)
                continue;
            var instance = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(message);
            foreach (var secret in secrets)
                secret.SetValue(instance, "s3cret");
            Assert.DoesNotContain("s3cret", instance.ToString(), StringComparison.Ordinal);
        }

        static bool IsSecret(string name) =>
            name.Contains("Token", StringComparison.Ordinal) || name.Contains("Password", StringComparison.Ordinal) || name == "StreamKey";
    }

    [Fact]
    public void No_secret_is_passed_as_a_plain_string()
    {
        // Orleans logs the arguments of a call whose response is late.
        string[] secretNames = ["password", "code", "token", "secret", "email"];
        var plain = Interfaces.SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.ParameterType == typeof(string) && secretNames.Any(name => parameter.Name!.Contains(name, StringComparison.OrdinalIgnoreCase)))
            .Select(parameter => $"{parameter.Member.DeclaringType!.Name}.{parameter.Member.Name}: {parameter.Name}");
        Assert.Equal([], plain);
    }

    private static IEnumerable<Type> Unwrap(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap).Append(type.GetGenericTypeDefinition()) : [type];
}
